using Bench.Buckets;
using Bench.Measuring;
using Bench.Scenarios;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scaling;

/// <summary>
/// The pages of many projects in random order, from one, two and four replicas on one bucket behind a balancer, each of
/// which may use a small share of a processor, as a pod with a limit.
/// </summary>
sealed class ReplicaScaling(BenchOptions options, Results results, Minio minio, BucketContent content)
{
    /// <summary>Four replicas leave most of two processors to nginx, MinIO and the generator of the load.</summary>
    public const double Processors = 0.1;

    /// <summary>The round trip to a bucket of the same region.</summary>
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);

    const int ConnectionsOfEach = 32;

    static readonly int[] _counts = [1, 2, 4];

    /// <summary>A quota is counted in periods of 100 ms.</summary>
    TimeSpan LoadTime => options.LoadTime * 3;

    public void Measure()
    {
        string[] buckets = [.. Enumerable.Range(0, _counts[^1]).Select(n => $"{BucketContent.Many}-{n}")];
        foreach (var bucket in buckets)
            content.FillMany(bucket);
        var one = Measure(buckets[..1]);
        Report(1, one, one, one);
        foreach (var count in _counts.Where(count => count > 1))
            Report(count, Measure([.. Enumerable.Repeat(buckets[0], count)]), Measure(buckets[..count]), one);
    }

    /// <param name="buckets">The bucket of each.</param>
    Figures Measure(string[] buckets)
    {
        var count = buckets.Length;
        using var far = new DelayingRelay(minio.Address, Latency);
        ControlGroup?[] groups = [.. buckets.Select(_ => ControlGroup.TryCreateForCpu(Processors))];
        PyRepo[] replicas = [.. groups.Select(
            (group, n) => content.InBucket(buckets[n], $"{count}-{n}", far.Address, group))];
        try
        {
            foreach (var replica in replicas)
                replica.Start();
            foreach (var replica in replicas)
                replica.WaitForOthers(buckets.Count(bucket => bucket == buckets[0]) - 1);
            minio.WaitUntilQuiet();
            return Measure([.. replicas.Select(replica => replica.Running)]);
        }
        finally
        {
            foreach (var replica in replicas)
                replica.Dispose();
            foreach (var group in groups)
                group?.Dispose();
        }
    }

    Figures Measure(IReadOnlyList<IndexServer> servers)
    {
        string[] paths = [.. content.Names.Select(servers[0].GetPage)];
        foreach (var server in servers)
            new PageLoad(server.Address, paths, ManyProjects.Headers, server.Processes).AskForEach(ManyProjects.Check);
        using var balancer = new BalancingNginx(options.Work, servers.Select(server => server.Address));
        int[] processes = [.. servers.SelectMany(server => server.Processes)];
        var load = new PageLoad(
            balancer.Address, paths, ManyProjects.Headers, processes, ConnectionsOfEach * servers.Count);
        load.WarmUp(LoadTime);
        var (before, pages) = (minio.Count(), 0.0);
        for (var round = 0; round < options.Rounds; round++)
        {
            load.Run(LoadTime);
            pages += load.Rates[^1] * LoadTime.TotalSeconds;
        }
        var requests = (minio.Count() - before).All / pages;
        return new Figures(load, requests, ProcessSample.From(processes).Resident / servers.Count);
    }

    /// <summary>Reports replicas next to as many servers that have a bucket each, which the machine slows down as much.</summary>
    void Report(int count, Figures together, Figures apart, Figures one) => results.Add(new Result(
        "Replicas on one bucket",
        $"{Text(content.Names.Count)} projects of 10 files, {count} of {Processors} processors",
        $"{together.Load.Describe()}, {together.Load.DescribeTimes()}",
        count == 1 ? "" : $"a bucket each: {apart.Load.Describe()}, {apart.Load.DescribeTimes()}",
        together.PagesPerCpuSecond / apart.PagesPerCpuSecond, " × their pages per CPU-second",
        count == 1 ? null : Aim.AtLeast(0.9),
        $"{Text(together.PagesPerCpuSecond / one.PagesPerCpuSecond, "0.00")} × the pages per CPU-second of one;"
        + $" {Text(together.Load.Rate / one.Load.Rate, "0.00")} × its rate;"
        + $" {Text(together.Requests, "0.000")} requests to S3 a page; {Megabytes(together.Memory)} each"));

    /// <param name="Requests">Requests to S3 for a page.</param>
    /// <param name="Memory">The resident bytes of a replica.</param>
    sealed record Figures(PageLoad Load, double Requests, double Memory)
    {
        public double PagesPerCpuSecond => 1e6 / Rounds.Median(Load.Costs);
    }
}
