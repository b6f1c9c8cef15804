using Bench.Measuring;
using Bench.Scenarios;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Buckets;

/// <summary>The pages of many projects in random order: alone on a bucket, in a directory, and as one of two.</summary>
sealed class BucketPages(BenchOptions options, Results results, Minio minio, BucketContent content)
{
    const string Scenario = "Pages from a bucket";

    /// <summary>MinIO and the two replicas share the machine: more connections only wait longer.</summary>
    const int FewConnections = 4;

    public void Measure()
    {
        using var directory = content.InDirectory(BucketContent.Many);
        using var first = content.InBucket(BucketContent.Many, "first");
        using var second = content.InBucket(BucketContent.Many, "second");
        var inDirectory = GetLoad(directory.Start());
        var sole = GetLoad(first.Start());
        minio.WaitUntilQuiet();
        Compare("a sole writer on a bucket", sole, inDirectory, "the directory", Aim.AtLeast(0.9));

        second.Start();
        first.WaitForOthers();
        minio.WaitUntilQuiet();
        foreach (var connections in new[] { PageLoad.Connections, FewConnections })
        {
            var shared = GetLoad(first.Running, connections);
            var store = new PageLoad(
                minio.Address,
                [.. content.Names.Select(name => minio.Presign(BucketContent.Many, $"projects/{name}.jsonl"))], [],
                minio.Processes, connections);
            Compare($"one of two replicas, {connections} connections", shared, store, "MinIO's own GET of the records",
                aim: null);
        }
    }

    PageLoad GetLoad(IndexServer server, int connections = PageLoad.Connections)
    {
        string[] paths = [.. content.Names.Select(server.GetPage)];
        return new PageLoad(server.Address, paths, ManyProjects.Headers, server.Processes, connections);
    }

    void Compare(string what, PageLoad load, PageLoad reference, string name, Aim? aim)
    {
        var each = load.AskForEach(ManyProjects.Check);
        var referenceEach = reference.AskForEach();
        foreach (var warm in new[] { load, reference })
            warm.WarmUp(BenchOptions.WarmUpTime);
        var (ofMinio, pages) = (0.0, 0.0);
        for (var round = 0; round < options.Rounds; round++)
        {
            reference.Run(options.LoadTime);
            var before = CpuOfMinio;
            load.Run(options.LoadTime);
            ofMinio += CpuOfMinio - before;
            pages += load.Rates[^1] * options.LoadTime.TotalSeconds;
        }
        results.Add(new Result(Scenario, $"{Text(content.Names.Count)} projects of 10 files, {what}",
            $"{load.Describe()}, {load.DescribeTimes()}", $"{name} {reference.Describe()}, {reference.DescribeTimes()}",
            Rounds.Ratio(load.Rates, reference.Rates), " × its rate", aim,
            $"each once before: {Text(each)}/s, reference {Text(referenceEach)}/s;"
            + $" MinIO {Text(ofMinio / pages * 1e6)} µs CPU a page"));
    }

    double CpuOfMinio => ProcessSample.From(minio.Processes).CpuSeconds;
}
