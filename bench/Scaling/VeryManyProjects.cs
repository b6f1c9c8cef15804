using System.Diagnostics;
using Bench.Buckets;
using Bench.Clients;
using Bench.Measuring;
using Bench.Scenarios;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scaling;

/// <summary>A repository of a hundred thousand projects and a million files, in a bucket.</summary>
sealed class VeryManyProjects(BenchOptions options, Results results, Minio minio, MadeRecords records)
{
    const string Bucket = "bench-very-many";
    const int Writers = 16;
    const int Sample = 1_000;

    readonly string[] _names = [.. Enumerable.Range(0, options.VeryManyProjects).Select(n => $"bench-many-{n:D6}")];

    string Scenario => $"{Text(_names.Length)} projects of 10 files in a bucket";

    public void Measure()
    {
        Fill();
        using var program = InBucket();
        var before = minio.Count();
        var (server, ready) = program.TimeReady();
        var memory = ProcessSample.From(server.Processes);
        var random = new Random(options.Seed);
        string[] sample = [.. Enumerable.Range(0, Math.Min(Sample, _names.Length)).Select(
            _ => server.GetPage(_names[random.Next(_names.Length)])).Distinct()];
        var first = Fetch.From(server, sample[0], ManyProjects.Headers);
        Add("exec to ready", $"{Text(ready.TotalSeconds, "0.00")} s", ready.TotalSeconds, " s",
            $"resident {Megabytes(memory.Resident)}; until then: {(minio.Count() - before).For(1)}");
        Add("exec to the first page", $"{Text(ready.TotalSeconds + first.Whole, "0.00")} s",
            ready.TotalSeconds + first.Whole, " s", $"the page alone {Milliseconds(first.Whole)}");
        MeasureReading(server, before);
        MeasureLists(server);
        MeasurePages(server, sample);
    }

    /// <summary>Records are read in the background, so that lists and searches know summaries.</summary>
    void MeasureReading(IndexServer server, RequestCounts before)
    {
        var watch = Stopwatch.StartNew();
        minio.WaitUntilQuiet();
        var idle = ProcessSample.From(server.Processes);
        Add("all records read, after the first page", $"{Text(watch.Elapsed.TotalSeconds, "0")} s",
            watch.Elapsed.TotalSeconds, " s",
            $"{Text(idle.CpuSeconds, "0.0")} CPU-s since exec; {(minio.Count() - before).For(1)}");
        Add("memory after it", Megabytes(idle.Resident), Math.Round(idle.Resident / (double)(1 << 20)), " MiB",
            $"at most {Megabytes(idle.Peak)}");
    }

    void MeasureLists(IndexServer server)
    {
        var first = Fetch.From(server, server.Pages, ManyProjects.Headers);
        var again = Enumerable.Range(0, 9).Select(_ => Fetch.From(server, server.Pages, ManyProjects.Headers).Whole);
        Add("the list of all projects, the first time", Milliseconds(first.Whole), Math.Round(first.Whole * 1e3), " ms",
            $"{Text(first.Length / 1e6, "0.0")} MB of JSON, gzip; again {Milliseconds(Rounds.Median([.. again]))}");
        var search = $"{server.UploadPath}search/?q=many-0{_names.Length / 2:D5}";
        var found = Enumerable.Range(0, 9).Select(_ => Fetch.From(server, search, [IndexServer.AcceptHtml]).Whole);
        var time = Rounds.Median([.. found]);
        Add("a search", Milliseconds(time), Math.Round(time * 1e3, 1), " ms", "the page for people, median of 9");
    }

    void MeasurePages(IndexServer server, string[] sample)
    {
        var load = new PageLoad(server.Address, sample, ManyProjects.Headers, server.Processes);
        var each = load.AskForEach(ManyProjects.Check);
        load.WarmUp(BenchOptions.WarmUpTime);
        for (var round = 0; round < options.Rounds; round++)
            load.Run(options.LoadTime);
        Add($"pages of {Text(sample.Length)} of them, in random order", $"{load.Describe()}, {load.DescribeTimes()}",
            Math.Round(load.Rate), "/s", $"each once before: {Text(each)}/s");
        var memory = ProcessSample.From(server.Processes);
        Add("memory at the end", Megabytes(memory.Resident), Math.Round(memory.Resident / (double)(1 << 20)), " MiB",
            $"at most {Megabytes(memory.Peak)}");
    }

    void Add(string what, string measured, double value, string unit, string also) =>
        results.Add(new Result(Scenario, what, measured, "", value, unit, Aim: null, also));

    static string Milliseconds(double seconds) => $"{Text(seconds * 1e3, "0.0")} ms";

    PyRepo InBucket() => new(options.Server, Path.Combine(options.Work, "very-many"))
    {
        Declared = minio.Declare(Bucket),
    };

    void Fill()
    {
        minio.CreateBucket(Bucket);
        // A server makes what every repository has.
        using (var program = InBucket())
            program.Start();
        Crowd.Run(Writers, writer =>
        {
            for (var n = writer; n < _names.Length; n += Writers)
            {
                foreach (var (key, text) in records.Objects(_names[n], BucketContent.FilesOfEach))
                    minio.Put(Bucket, key, text);
            }
        });
    }
}
