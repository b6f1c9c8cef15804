using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using static Bench.Results;

namespace Bench.Large;

/// <summary>The start of a server with several large projects, and then their pages.</summary>
sealed class LargeStarts(BenchOptions options, Results results, LargeContent content)
{
    const string Bucket = "bench-starts";
    const int Projects = 16;
    const double Mebibyte = 1 << 20;

    readonly string[] _names = [.. Enumerable.Range(1, Projects).Select(n => $"bench-large-{n}")];

    public void Measure()
    {
        content.Fill(Bucket, _names, options.LargeFilesOfEach);
        foreach (var setting in LargeSetting.All)
        {
            using var replicas = content.Serve(setting, Bucket);
            // Of two, the one that comes later is measured.
            foreach (var earlier in replicas.Programs.SkipLast(1))
                earlier.Start();
            var (server, time) = replicas.Programs[^1].TimeReady();
            var ready = ProcessSample.From(server.Processes);
            ProcessSample.CpuOnceIdle(server.Processes);
            var idle = ProcessSample.From(server.Processes);
            var watch = Stopwatch.StartNew();
            using var connection = new HttpConnection(server.Address);
            foreach (var name in _names)
                connection.Get(server.GetPage(name), PageForm.JsonGzip.Headers, _ => { }).MustSucceed(name);
            Report(setting, time, ready, idle, watch.Elapsed, ProcessSample.From(server.Processes));
        }
    }

    void Report(LargeSetting setting, TimeSpan time, ProcessSample ready, ProcessSample idle, TimeSpan pages,
        ProcessSample after)
    {
        var scenario = $"Start with {Projects} projects of {Text(options.LargeFilesOfEach)} files";
        var what = setting.Asking(setting.Replicas - 1);
        results.Add(new Result(scenario, $"{what}: memory at most", Megabytes(idle.Peak), "",
            Math.Round(idle.Peak / Mebibyte), " MiB", Aim.AtMost(200),
            $"until ready {Megabytes(ready.Peak)}, resident once idle {Megabytes(idle.Resident)}"));
        results.Add(new Result(scenario, $"{what}: exec to ready", $"{Text(time.TotalSeconds, "0.00")} s", "",
            time.TotalSeconds, " s", Aim: null, $"{Text(idle.CpuSeconds, "0.0")} CPU-s until idle"));
        results.Add(new Result(scenario, $"{what}: then each page once, memory at most", Megabytes(after.Peak), "",
            Math.Round(after.Peak / Mebibyte), " MiB", Aim: null,
            $"{Text(pages.TotalSeconds, "0.0")} s, {Text(after.CpuSeconds - idle.CpuSeconds, "0.0")} CPU-s"));
    }
}
