namespace EndToEnd.Cluster;

/// <summary>A bucket that cannot be used: the condition says what to do, and doing that is enough.</summary>
public sealed class BucketFaultTests(ClusterMinio minio) : IClassFixture<ClusterMinio>
{
    [ClusterFact(Minio.Asset)]
    public async Task A_missing_bucket_shows_in_StorageReady_until_it_is_created()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        var bucket = S3Service.NewName();
        await ns.ApplyAsync(minio.Keys());
        await ns.ApplyAsync(BucketRepositories.Team(ns, minio.Bucket($"name: {bucket}")));
        await SaysAsync(ns, "NoSuchBucket", $"There is no bucket '{bucket}'. Create it");

        await minio.CreateBucketAsync(bucket);
        await ns.UntilReadyAsync("pythonrepository/team");
    }

    [ClusterFact(Minio.Asset)]
    public async Task A_wrong_key_shows_in_StorageReady_until_its_Secret_is_corrected()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(minio.Keys(id: "nobody"));
        await ns.ApplyAsync(BucketRepositories.Team(ns, minio.Bucket($"name: {await minio.NewBucketAsync()}")));
        await SaysAsync(
            ns, "InvalidAccessKeyId", "The service does not know the access key: check AWS_ACCESS_KEY_ID.");

        await ns.ApplyAsync(minio.Keys(secret: "not-the-secret"));
        await SaysAsync(ns,
            "SignatureDoesNotMatch", "The secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY.");

        await ns.ApplyAsync(minio.Keys());
        await ns.UntilReadyAsync("pythonrepository/team");
    }

    static Task<TimeSpan> SaysAsync(ClusterNamespace ns, string code, string advice) => Eventually.IsAsync(
        $"StorageReady says {code}: {advice}",
        () => ns.FieldAsync("pythonrepository/team", ".status.conditions[?(@.type=='StorageReady')]"),
        condition => new[] { "BucketNotReady", "\"status\":\"False\"", code, advice }
            .All(words => condition.Contains(words, StringComparison.Ordinal)));
}
