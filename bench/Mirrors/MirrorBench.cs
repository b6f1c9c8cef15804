using System.Diagnostics;
using System.Text.Json;
using Bench.Clients;
using Bench.Measuring;
using Bench.Scenarios;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Mirrors;

/// <summary>A mirror of everything that an index of PyPI's size has, and more.</summary>
sealed class MirrorBench(BenchOptions options, Results results)
{
    /// <summary>The projects that are fetched to see how long a whole mirror takes.</summary>
    const int FetchedProjects = 200;

    const int Sample = 1_000;
    static readonly TimeSpan _maxWait = TimeSpan.FromHours(1);
    readonly SyntheticProcess _upstream = new();

    int Projects => options.MirroredProjects;

    string Scenario => $"{Text(Projects)} projects, {Text((double)Projects * SyntheticIndex.Files)} files";

    public void Run()
    {
        using (_upstream)
        {
            MeasureFetching();
            var folder = Path.Combine(options.Work, "mirror");
            using var program = Open(folder);
            _upstream.Start(1);
            program.Start();
            WaitForPass(program, 0);
            program.Stop();
            var watch = Stopwatch.StartNew();
            new MadeMirror(Path.Combine(folder, "data/bench")).Fill(Projects);
            Console.Error.WriteLine($"Filled in {Text(watch.Elapsed.TotalSeconds)} s.");
            _upstream.Start(Projects);
            Measure(program);
        }
    }

    void Measure(PyRepo program)
    {
        var (server, ready) = program.TimeReady();
        var watch = Stopwatch.StartNew();
        Add("exec to ready", ready.TotalSeconds, " s", Aim.AtMost(5), "");
        var first = Fetch.From(server, server.GetPage(SyntheticIndex.GetName(Projects / 2)), ManyProjects.Headers);
        Add("the first page after it", first.Whole * 1e3, " ms", null, "");
        var passes = WaitForPass(program, 0);
        Add("exec to the end of the first pass", (ready + watch.Elapsed).TotalSeconds, " s", null,
            $"records are read meanwhile; the pass {Text(passes.Seconds, "0.00")} s; {Memory(server)}");
        var before = _upstream.Count();
        passes = WaitForPass(program, passes.Count);
        var after = _upstream.Count();
        Add("a pass with nothing changed", passes.Seconds, " s", Aim.AtMost(10),
            $"{after.Lists - before.Lists} request for the list, {after.Pages - before.Pages} for pages");
        MeasureChange(program, server, passes.Count);
        Add("memory at most", ProcessSample.From(server.Processes).Peak / (double)(1 << 20), " MiB", Aim.AtMost(512),
            $"resident {Megabytes(ProcessSample.From(server.Processes).Resident)} at the end");
    }

    void MeasureChange(PyRepo program, IndexServer server, long passes)
    {
        var random = new Random(options.Seed);
        string[] sample = [.. Enumerable.Range(0, Math.Min(Sample, Projects)).Select(
            _ => server.GetPage(SyntheticIndex.GetName(random.Next(Projects)))).Distinct()];
        var load = new PageLoad(server.Address, sample, ManyProjects.Headers, server.Processes, connections: 4);
        load.AskForEach();
        load.Run(options.LoadTime);
        var alone = load.DescribeSlowest();
        load.Forget();
        var before = _upstream.Count();
        _upstream.Change();
        var waiting = Crowd.Start(() => WaitForFiles(program, passes, Projects / SyntheticIndex.ChangedOneOf));
        while (!waiting.IsCompleted)
            load.Run(options.LoadTime);
        var after = _upstream.Count();
        var changed = Projects / SyntheticIndex.ChangedOneOf;
        Add("a pass with 1 % of the projects changed", waiting.Result, " s", null,
            $"{after.Pages - before.Pages} requests for pages, {after.Files - before.Files} for files; "
            + $"{Text(changed / waiting.Result)} projects/s, beside the pages that are asked for");
        Add("pages meanwhile, p99", Rounds.Median(load.Slowest), " ms", Aim.AtMost(20),
            $"of {Text(sample.Length)} projects at random, 4 at once; {load.Describe()}; before, {alone}");
    }

    /// <summary>Measures what a mirror fetches from an upstream on the same machine, as an estimate for all.</summary>
    void MeasureFetching()
    {
        using var program = Open(Path.Combine(options.Work, "fetched"));
        _upstream.Start(FetchedProjects);
        var server = program.Start();
        var (seconds, _) = WaitForPass(program, 0);
        var cpu = ProcessSample.From(server.Processes).CpuSeconds;
        var files = FetchedProjects * SyntheticIndex.Files;
        results.Add(new Result(
            $"{FetchedProjects} projects, {Text(files)} files", "fetched by an empty mirror",
            $"{Text(files / seconds)}/s", "", Math.Round(files / seconds), "/s", Aim: null,
            $"{Text(cpu / files * 1e3, "0.00")} ms CPU a file"));
    }

    static (double Seconds, long Count) WaitForPass(PyRepo program, long after)
    {
        var (seconds, count) = (0.0, 0L);
        program.WaitUntil(
            report => report.TryGetProperty("mirror", out var mirror) && IsAfter(mirror, after, out seconds, out count),
            _maxWait);
        return (seconds, count);
    }

    /// <summary>Waits for the pass that fetched the changed files. Returns how long it took.</summary>
    static double WaitForFiles(PyRepo program, long after, int files)
    {
        while (true)
        {
            var fetched = 0L;
            var (seconds, count) = (0.0, 0L);
            program.WaitUntil(
                report =>
                {
                    if (!report.TryGetProperty("mirror", out var mirror)
                        || !IsAfter(mirror, after, out seconds, out count))
                    {
                        return false;
                    }
                    fetched = mirror.GetProperty("filesFetched").GetInt64();
                    return true;
                },
                _maxWait);
            if (fetched >= files)
                return seconds;
            after = count;
        }
    }

    static bool IsAfter(JsonElement mirror, long after, out double seconds, out long count)
    {
        (seconds, count) = (0, mirror.GetProperty("passes").GetInt64());
        if (count <= after || !mirror.TryGetProperty("lastSync", out _))
            return false;
        seconds = mirror.GetProperty("lastPassSeconds").GetDouble();
        return true;
    }

    PyRepo Open(string folder) => new(options.Server, folder)
    {
        MaxStart = _maxWait,
        Declared = $$"""
            apiVersion: pyrepo.dev/v1beta1
            kind: ProxyRepository
            metadata: { name: bench }
            spec:
              upstream: { url: "{{_upstream.Index}}" }
              mode: Mirror
              mirror: { interval: 5s }
              cache: { maxSize: 1000Gi, projectTtl: 30d }
            """,
    };

    static string Memory(IndexServer server)
    {
        var memory = ProcessSample.From(server.Processes);
        return $"resident {Megabytes(memory.Resident)}, at most {Megabytes(memory.Peak)}";
    }

    void Add(string what, double value, string unit, Aim? aim, string also) => results.Add(new Result(
        Scenario, what, $"{Text(value, value < 100 ? "0.00" : "N0")}{unit}", "", Math.Round(value, 3), unit, aim,
        also));
}
