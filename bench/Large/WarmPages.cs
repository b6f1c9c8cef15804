using System.Diagnostics;
using Bench.Buckets;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Large;

/// <summary>The pages of large projects that do not change.</summary>
sealed class WarmPages(BenchOptions options, Results results, Minio minio, LargeContent content)
{
    /// <summary>What a server has of each does not fit into its memory together.</summary>
    const int Several = 4;

    const string SeveralBucket = "bench-several";
    const int WarmUps = 3;
    const int Requests = 20;
    const int MinRequests = 5;

    static readonly TimeSpan _maxTime = TimeSpan.FromSeconds(10);

    public void Measure(string bucket)
    {
        Measure(bucket, $"Warm page of {Text(options.LargeFiles)} files", [LargeContent.Large], PageForm.All);
        string[] several = [.. Enumerable.Range(1, Several).Select(n => $"{LargeContent.Large}-{n}")];
        content.Fill(SeveralBucket, several, options.LargeFiles);
        var scenario = $"Warm pages of {Several} projects of {Text(options.LargeFiles)} files, in turn";
        Measure(SeveralBucket, scenario, several, [PageForm.JsonGzip, PageForm.Json]);
    }

    void Measure(string bucket, string scenario, string[] projects, IReadOnlyList<PageForm> forms)
    {
        foreach (var setting in LargeSetting.All)
        {
            using var replicas = content.Serve(setting, bucket);
            replicas.Start();
            for (var n = 0; n < replicas.Servers.Count; n++)
            {
                foreach (var form in forms)
                    Measure(scenario, $"{setting.Asking(n)}: {form.Name}", replicas.Servers[n], projects, form);
            }
        }
    }

    void Measure(string scenario, string what, IndexServer server, string[] projects, PageForm form)
    {
        using var connection = new HttpConnection(server.Address);
        for (var n = 0; n < Math.Max(WarmUps, projects.Length); n++)
            Ask(n, _ => { });
        var before = ProcessSample.CpuOnceIdle(server.Processes);
        var (sent, length) = (minio.CountSent(), 0L);
        var times = new List<double>();
        for (var watch = Stopwatch.StartNew();
            times.Count < MinRequests || (times.Count < Requests && watch.Elapsed < _maxTime);)
        {
            length = 0;
            var asked = watch.Elapsed;
            Ask(times.Count, part => length += part.Length);
            times.Add((watch.Elapsed - asked).TotalMilliseconds);
        }
        sent = (minio.CountSent() - sent) / times.Count;
        var cpu = (ProcessSample.CpuOnceIdle(server.Processes) - before) / times.Count * 1000;
        results.Add(new Result(scenario, what, $"{Text(times.Count)} requests, page {Text(length / 1e6, "0.0")} MB", "",
            Math.Round(Rounds.Median(times), 1), " ms", Aim.AtMost(50)));
        results.Add(new Result(scenario, $"{what}: CPU", $"{Text(cpu, "0.0")} ms", "", Math.Round(cpu, 1), " ms",
            Aim.AtMost(5), sent > 0 ? $"{Text(sent / 1e6, "0.0")} MB from the bucket a request" : ""));

        void Ask(int n, Action<ReadOnlySpan<byte>> sink)
        {
            var page = server.GetPage(projects[n % projects.Length]);
            connection.Get(page, form.Headers, sink).MustSucceed(page);
        }
    }
}
