using System.Diagnostics;
using Bench.Buckets;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Large;

/// <summary>The page of a large project that does not change.</summary>
sealed class WarmPages(BenchOptions options, Results results, Minio minio, LargeContent content)
{
    const int WarmUps = 3;
    const int Requests = 20;
    const int MinRequests = 5;

    static readonly TimeSpan _maxTime = TimeSpan.FromSeconds(10);

    public void Measure(string bucket)
    {
        foreach (var setting in LargeSetting.All)
        {
            using var replicas = content.Serve(setting, bucket);
            replicas.Start();
            for (var n = 0; n < replicas.Servers.Count; n++)
            {
                foreach (var form in PageForm.All)
                    Measure($"{setting.Asking(n)}: {form.Name}", replicas.Servers[n], form);
            }
        }
    }

    void Measure(string what, IndexServer server, PageForm form)
    {
        var page = server.PageOf(LargeContent.Large);
        using var connection = new HttpConnection(server.Address);
        for (var n = 0; n < WarmUps; n++)
            connection.Get(page, form.Headers, _ => { }).MustSucceed(page);
        var before = ProcessSample.CpuOnceIdle(server.Processes);
        var (sent, length) = (minio.CountSent(), 0L);
        var times = new List<double>();
        for (var watch = Stopwatch.StartNew();
            times.Count < MinRequests || (times.Count < Requests && watch.Elapsed < _maxTime);)
        {
            length = 0;
            var asked = watch.Elapsed;
            connection.Get(page, form.Headers, part => length += part.Length).MustSucceed(page);
            times.Add((watch.Elapsed - asked).TotalMilliseconds);
        }
        sent = (minio.CountSent() - sent) / times.Count;
        var cpu = (ProcessSample.CpuOnceIdle(server.Processes) - before) / times.Count * 1000;
        var scenario = $"Warm page of {Text(options.LargeFiles)} files";
        results.Add(new Result(scenario, what, $"{Text(times.Count)} requests, page {Text(length / 1e6, "0.0")} MB", "",
            Math.Round(Rounds.Median(times), 1), " ms", Aim.AtMost(50)));
        results.Add(new Result(scenario, $"{what}: CPU", $"{Text(cpu, "0.0")} ms", "", Math.Round(cpu, 1), " ms",
            Aim.AtMost(5), $"{Text(sent / 1e6, "0.0")} MB from the bucket a request"));
    }
}
