using EndToEnd.Proxying;

namespace EndToEnd.Cluster;

/// <summary>What becomes of the data in a bucket when their resource is deleted.</summary>
public sealed class BucketDeletionTests(ClusterMinio minio) : IClassFixture<ClusterMinio>
{
    const string Other = "others/file";

    /// <summary>Nobody asks the upstream of these proxies for anything.</summary>
    const string NoUpstream = "http://nowhere.invalid/simple/";

    [ClusterFact(Minio.Asset)]
    public async Task With_Delete_a_bucket_that_the_server_created_goes_with_its_repository()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        var bucket = S3Service.NewName();
        await ns.ApplyAsync(minio.Keys());
        await StartAsync(ns, BucketRepositories.Team(ns, minio.Bucket($"name: {bucket}, create: true"), "Delete"));
        await ns.UploadAsync("/team/", await ns.PasswordAsync("team"), TestWheel.Create("acme-lib", "1.0"));
        Assert.NotEmpty((await minio.FindKeysAsync(bucket))!);

        await DeleteAsync(ns, "pythonrepository/team");
        Assert.Null(await minio.FindKeysAsync(bucket));
        Assert.Equal("1", await ns.KubectlAsync("get", "jobs", "-o", "jsonpath={.items[*].status.succeeded}"));
        Assert.Equal("", await ns.KubectlAsync("get", "secret/team-credentials", "--ignore-not-found"));
    }

    [ClusterFact(Minio.Asset)]
    public async Task With_Delete_only_the_keys_below_the_prefix_go_from_a_bucket_that_others_use()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        var bucket = await minio.NewBucketAsync();
        await minio.PutAsync(bucket, Other);
        await ns.ApplyAsync(minio.Keys());
        await StartAsync(ns, BucketRepositories.Team(ns, minio.Bucket($"name: {bucket}, prefix: a/team"), "Delete"));
        await ns.ApplyAsync(BucketRepositories.Mirror(
            ns, minio.Bucket($"name: {bucket}, prefix: a/mirror"), NoUpstream, "Delete"));
        await ns.UntilReadyAsync("proxyrepository/mirror");
        await ns.UploadAsync("/team/", await ns.PasswordAsync("team"), TestWheel.Create("acme-lib", "1.0"));

        await DeleteAsync(ns, "pythonrepository/team");
        var keys = (await minio.FindKeysAsync(bucket))!;
        Assert.DoesNotContain(keys, key => key.StartsWith("a/team", StringComparison.Ordinal));
        Assert.Contains(keys, key => key.StartsWith("a/mirror/", StringComparison.Ordinal));

        await DeleteAsync(ns, "proxyrepository/mirror");
        Assert.Equal([Other], await minio.FindKeysAsync(bucket));
    }

    [ClusterFact(Minio.Asset)]
    public async Task With_Retain_the_same_repository_applied_again_finds_its_data()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        var bucket = S3Service.NewName();
        var manifest = BucketRepositories.Team(ns, minio.Bucket($"name: {bucket}, create: true"));
        await ns.ApplyAsync(minio.Keys());
        await StartAsync(ns, manifest);
        var password = await ns.PasswordAsync("team");
        await ns.UploadAsync("/team/", password, TestWheel.Module("acme-lib", "1.0", "value = 'kept'\n"));

        await DeleteAsync(ns, "pythonrepository/team");
        await ns.KubectlAsync("wait", "--for=delete", "pod", "-l", "pyrepo.dev/name=team", KubectlTimeout.Option);
        Assert.Contains((await minio.FindKeysAsync(bucket))!,
            key => key.EndsWith("acme_lib-1.0-py3-none-any.whl", StringComparison.Ordinal));
        Assert.Equal("", await ns.KubectlAsync("get", "jobs", "-o", "name"));

        await StartAsync(ns, manifest);
        using var installation = new FreshInstallation("pip", ns.Url("/team/simple/"), "acme-lib");
        Assert.Equal("kept", await installation.PrintAsync("import acme_lib; print(acme_lib.value)"));
        Assert.Equal(password, await ns.PasswordAsync("team"));
    }

    [ClusterFact(Minio.Asset)]
    public async Task An_unreachable_bucket_does_not_block_the_deletion_for_ever()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        var lost = new ClusterMinio();
        await lost.InitializeAsync();
        try
        {
            await ns.ApplyAsync(lost.Keys());
            await StartAsync(ns, BucketRepositories.Team(ns, lost.Bucket(BucketRepositories.New()), "Delete"));
        }
        finally
        {
            await lost.DisposeAsync();
        }
        await DeleteAsync(ns, "pythonrepository/team", wait: false);
        await ns.KubectlAsync("wait", "--for=delete", "pythonrepository/team",
            KubectlTimeout.After(TimeSpan.FromMinutes(2)));
        Assert.Contains("The data stay", await ns.KubectlAsync("get", "events", "--field-selector",
            "reason=DataRetained,type=Warning", "-o", "jsonpath={.items[*].message}{.items[*].note}"),
            StringComparison.Ordinal);
    }

    static async Task StartAsync(ClusterNamespace ns, string team)
    {
        await ns.ApplyAsync(team);
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/team/simple/");
    }

    static Task<string> DeleteAsync(ClusterNamespace ns, string resource, bool wait = true) =>
        ns.KubectlAsync("delete", resource, $"--wait={(wait ? "true" : "false")}", KubectlTimeout.Option);
}
