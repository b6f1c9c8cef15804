using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;

namespace Bench.Buckets;

/// <summary>The same projects in a bucket and in a directory.</summary>
sealed class BucketContent(BenchOptions options, Minio minio, MadeRecords records)
{
    public const int FilesOfEach = 10;
    const int Writers = 8;

    /// <summary>The bucket of many projects.</summary>
    public const string Many = "bench-many";

    /// <summary>The bucket, and the project in it, of one project with many files.</summary>
    public const string Wide = "bench-wide";

    public IReadOnlyList<string> Names { get; } =
        [.. Enumerable.Range(0, options.BucketProjects).Select(n => $"bench-many-{n:D6}")];

    /// <summary>A server in the directory that has the same as a bucket.</summary>
    public PyRepo InDirectory(string bucket) => new(options.Server, GetFolder(bucket));

    /// <summary>A server on a bucket.</summary>
    public PyRepo InBucket(string bucket, string replica, Uri? through = null, ControlGroup? group = null) =>
        new(options.Server, Path.Combine(options.Work, $"replica-{bucket}-{replica}"))
        {
            Declared = minio.Declare(bucket, through: through),
            Group = group,
        };

    public void FillMany(string bucket = Many)
    {
        Prepare(bucket);
        Crowd.Run(Writers, writer =>
        {
            for (var n = writer; n < Names.Count; n += Writers)
                Fill(bucket, Names[n], FilesOfEach);
        });
    }

    public void FillWide()
    {
        Prepare(Wide);
        Fill(Wide, Wide, options.BucketWideFiles);
    }

    /// <summary>A server makes what every repository has.</summary>
    void Prepare(string bucket)
    {
        minio.CreateBucket(bucket);
        using var inBucket = InBucket(bucket, "first");
        inBucket.Start();
        using var inDirectory = InDirectory(bucket);
        inDirectory.Start();
        Directory.CreateDirectory(Path.GetDirectoryName(inDirectory.GetRecord("any"))!);
    }

    void Fill(string bucket, string project, int files)
    {
        foreach (var (key, text) in records.Objects(project, files))
            minio.Put(bucket, key, text);
        File.WriteAllText(InDirectory(bucket).GetRecord(project), records.Record(project, files));
    }

    string GetFolder(string bucket) => Path.Combine(options.Work, $"directory-{bucket}");
}
