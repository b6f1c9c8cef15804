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
        content.FillMany();
        var measured = _counts.Select(Measure).ToArray();
        for (var n = 0; n < _counts.Length; n++)
            Report(_counts[n], measured[n], measured);
    }

    Figures Measure(int count)
    {
        using var far = new DelayingRelay(minio.Address, Latency);
        ControlGroup?[] groups = [.. Enumerable.Range(0, count).Select(_ => ControlGroup.TryCreateForCpu(Processors))];
        PyRepo[] replicas = [.. groups.Select(
            (group, n) => content.InBucket(BucketContent.Many, $"{count}-{n}", far.Address, group))];
        try
        {
            foreach (var replica in replicas)
                replica.Start();
            foreach (var replica in replicas)
                replica.WaitForOthers(count - 1);
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

    void Report(int count, Figures figures, Figures[] all)
    {
        var (one, two) = (all[0], all[1]);
        results.Add(new Result(
            "Replicas on one bucket",
            $"{Text(content.Names.Count)} projects of 10 files, {count} of {Processors} processors",
            $"{figures.Load.Describe()}, {figures.Load.DescribeTimes()}", $"one: {one.Load.Describe()}",
            figures.PagesPerCpuSecond / one.PagesPerCpuSecond, " × its pages per CPU-second",
            count == 1 ? null : Aim.AtLeast(0.9),
            $"{Text(figures.Load.Rate / one.Load.Rate, "0.00")} × its rate;"
            + $" {Text(figures.PagesPerCpuSecond / two.PagesPerCpuSecond, "0.00")} × the pages per CPU-second of two;"
            + $" {Text(figures.Requests, "0.000")} requests to S3 a page; {Megabytes(figures.Memory)} each"));
    }

    /// <param name="Requests">Requests to S3 for a page.</param>
    /// <param name="Memory">The resident bytes of a replica.</param>
    sealed record Figures(PageLoad Load, double Requests, double Memory)
    {
        public double PagesPerCpuSecond => 1e6 / Rounds.Median(Load.Costs);
    }
}
