using Bench.Servers;

namespace Bench.Buckets;

/// <summary>A repository in a bucket of MinIO's, next to the same one in a directory and to the AWS SDK.</summary>
sealed class BucketBench(BenchOptions options, Results results)
{
    public void Run()
    {
        using var minio = new Minio(Path.Combine(options.Work, "minio"));
        var seed = new PyRepo(options.Server, Path.Combine(options.Work, "seed"));
        var content = new BucketContent(options, minio, new MadeRecords(seed, Path.Combine(options.Work, "wheels")));
        if (options.Includes("transfers"))
            new BucketTransfers(options, results, minio).Measure();
        if (options.Includes("backups"))
            new BucketBackups(options, results, minio).Measure();
        if (options.Includes("pages") || options.Includes("requests") || options.Includes("starts"))
            content.FillMany();
        if (options.Includes("pages"))
            new BucketPages(options, results, minio, content).Measure();
        if (options.Includes("requests"))
            new BucketRequests(options, results, minio, content).Measure();
        if (options.Includes("starts"))
            new BucketStarts(options, results, minio, content).Measure();
    }
}
