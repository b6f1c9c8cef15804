using System.Diagnostics;
using Bench.Buckets;
using Bench.Servers;

namespace Bench.Large;

/// <summary>Projects of very many files, in a directory and in a bucket.</summary>
sealed class LargeBench(BenchOptions options, Results results)
{
    const string Bucket = "bench-large-pages";

    public void Run()
    {
        using var minio = new Minio(Path.Combine(options.Work, "minio"));
        var seed = new PyRepo(options.Server, Path.Combine(options.Work, "seed"));
        var content = new LargeContent(
            options, minio, new MadeRecords(seed, Path.Combine(options.Work, "wheels")));
        if (options.Includes("pages") || options.Includes("uploads"))
            content.Fill(Bucket, [LargeContent.Large], options.LargeFiles);
        Timed("pages", () => new WarmPages(options, results, minio, content).Measure(Bucket));
        Timed("uploads", () => new PagesAfterUploads(options, results, content).Measure(Bucket));
        Timed("limited", () => new LimitedServers(options, results, content).Measure());
        Timed("starts", () => new LargeStarts(options, results, content).Measure());
        Timed("retention", () => new LargeRetention(options, results, content).Measure());
    }

    void Timed(string part, Action measure)
    {
        if (!options.Includes(part))
            return;
        var watch = Stopwatch.StartNew();
        measure();
        Console.Error.WriteLine($"{part}: {Results.Text(watch.Elapsed.TotalSeconds)} s");
    }
}
