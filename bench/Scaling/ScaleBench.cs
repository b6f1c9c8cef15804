using Bench.Buckets;
using Bench.Servers;

namespace Bench.Scaling;

/// <summary>More and more replicas on one bucket, and a repository of very many projects in one.</summary>
sealed class ScaleBench(BenchOptions options, Results results)
{
    public void Run()
    {
        using var minio = new Minio(Path.Combine(options.Work, "minio"));
        var seed = new PyRepo(options.Server, Path.Combine(options.Work, "seed"));
        var records = new MadeRecords(seed, Path.Combine(options.Work, "wheels"));
        if (options.Includes("replicas"))
            new ReplicaScaling(options, results, minio, new BucketContent(options, minio, records)).Measure();
        if (options.Includes("projects"))
            new VeryManyProjects(options, results, minio, records).Measure();
    }
}
