using System.Diagnostics;
using System.Net.Sockets;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Large;

/// <summary>The largest project, by servers with little memory: what answers, and what is resident at most.</summary>
sealed class LimitedServers(BenchOptions options, Results results, LargeContent content)
{
    const string Bucket = "bench-limited";

    /// <summary>A server that is out of memory may collect garbage for ever.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    readonly List<(string Outcome, bool IsOk)> _steps = [];
    long _peak;

    string Scenario => $"{Text(options.LargestFiles)} files in {Text(LargeContent.Container >> 20)} MiB";

    public void Measure()
    {
        content.Fill(Bucket, [LargeContent.Large], options.LargestFiles);
        foreach (var setting in LargeSetting.All)
        {
            (_peak, _) = (0, _steps.RemoveAll(_ => true));
            using var replicas = content.Serve(setting, Bucket, container: LargeContent.Container);
            if (Try("start", replicas, () => replicas.Start().TotalSeconds > 0 ? 200 : 0))
                AskAll(replicas);
            Report(setting);
        }
        foreach (var setting in LargeSetting.All)
            MeasureUnlimited(setting);
    }

    /// <summary>What one page takes if there is more.</summary>
    void MeasureUnlimited(LargeSetting setting)
    {
        using var replicas = content.Serve(setting, Bucket);
        replicas.Start();
        var server = replicas.Servers[0];
        var watch = Stopwatch.StartNew();
        var status = Ask(server, server.GetPage(LargeContent.Large), PageForm.JsonGzip.Headers);
        var (time, sample) = (watch.Elapsed, ProcessSample.From(server.Processes));
        results.Add(new Result(Scenario, $"{setting.Name}, without a limit: memory at most after one page",
            Megabytes(sample.Peak), "", Math.Round(sample.Peak / (double)(1 << 20)), " MiB", Aim: null,
            $"JSON gzip {status} in {Text(time.TotalSeconds, "0.0")} s"));
    }

    void AskAll(Replicas replicas)
    {
        for (var n = 0; n < replicas.Servers.Count; n++)
        {
            var server = replicas.Servers[n];
            var of = replicas.Servers.Count == 1 ? "" : $" of {LargeSetting.GetName(n)}";
            foreach (var form in new[] { PageForm.JsonGzip, PageForm.Json, PageForm.Html })
                Try($"{form.Name}{of}", replicas, () => Ask(server, server.GetPage(LargeContent.Large), form.Headers));
            Try($"file{of}", replicas, () => Ask(server, content.LinkIn(replicas.Setting, Bucket), []));
            Try($"upload{of}", replicas, () => Upload(server));
            foreach (var other in replicas.Servers)
            {
                Try("then JSON gzip", replicas,
                    () => Ask(other, other.GetPage(LargeContent.Large), PageForm.JsonGzip.Headers));
            }
        }
    }

    int Upload(IndexServer server)
    {
        using var client = new UploadClient(server, _patience);
        return client.Send(content.NewWheel(LargeContent.Large)).Status;
    }

    static int Ask(IndexServer server, string path, string[] headers)
    {
        using var connection = new HttpConnection(server.Address, _patience);
        return connection.Get(path, headers, _ => { }).Status;
    }

    bool Try(string what, Replicas replicas, Func<int> ask)
    {
        var watch = Stopwatch.StartNew();
        int? status = null;
        try
        {
            status = ask();
        }
        catch (Exception error) when (error is SocketException or IOException or InvalidOperationException)
        {
            Console.Error.WriteLine($"{what}: {error.Message}");
        }
        foreach (var process in replicas.Programs.Select(program => program.Process).OfType<int>())
            _peak = Math.Max(_peak, ProcessSample.From([process]).Peak);
        _steps.Add(($"{what} {status?.ToString() ?? "no answer"} in {Text(watch.Elapsed.TotalSeconds, "0.0")} s",
            status == 200));
        return status == 200;
    }

    void Report(LargeSetting setting)
    {
        results.Add(new Result(Scenario, $"{setting.Name}: what was not answered with 200",
            $"{_steps.Count(step => step.IsOk)} of {_steps.Count} were", "", _steps.Count(step => !step.IsOk), "",
            Aim.AtMost(0), string.Join(", ", _steps.Select(step => step.Outcome))));
        results.Add(new Result(Scenario, $"{setting.Name}: memory at most", Megabytes(_peak), "",
            Math.Round(_peak / (double)(1 << 20)), " MiB", Aim.AtMost(LargeContent.Container >> 20)));
    }
}
