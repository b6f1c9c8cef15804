using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Serving.Stores;
using PyRepo.Server.Tests.Serving.Configuration;
using PyRepo.Storage;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Server.Tests.Serving.Stores;

/// <summary>A repository in the bucket of a claim, which may be another one later.</summary>
public sealed class ClaimedBucketTests(Minio minio) : IClassFixture<Minio>, IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_ConfigMap_and_the_Secret_of_a_claim_open_its_bucket()
    {
        var bucket = await NewBucketAsync();
        await using var host = await StartAsync(Claimed(bucket));
        Assert.Null(host.Waiting);
        Assert.Equal(bucket, host.Storage.Location);
        Assert.True(host.Storage.Claimed!.IsKnown);
        Assert.Equal(bucket, await File.ReadAllTextAsync(_folder["data/team-a/.bucket"]));
    }

    [Fact]
    public async Task Another_bucket_of_the_same_claim_is_refused_and_the_former_one_is_opened_again()
    {
        var (first, second) = (await NewBucketAsync(), await NewBucketAsync());
        await using (await StartAsync(Claimed(first)))
        {
        }
        await using (var host = await StartAsync(Claimed(second)))
        {
            Assert.Equal(ClaimedBucket.Replaced, host.StoreErrorCode);
            Assert.Contains(
                $"The ObjectBucketClaim packages has the bucket {second} now, which has no data of this repository: "
                + $"they were in the bucket {first}.", host.Waiting, StringComparison.Ordinal);
            Assert.Contains(
                $"delete the file {_folder["data/team-a/.bucket"]}.", host.Waiting, StringComparison.Ordinal);
            Assert.False(host.Storage.Claimed!.IsKnown);
            Assert.Null(await host.Storage.Store.OpenAsync("format.json", CancellationToken.None));
        }
        await using var again = await StartAsync(Claimed(first));
        Assert.Null(again.Waiting);
    }

    [Fact]
    public async Task A_bucket_that_was_made_again_under_the_same_name_is_refused()
    {
        var bucket = await NewBucketAsync();
        await using (var before = await StartAsync(Claimed(bucket)))
            Assert.True(await before.Storage.Store.DeleteAsync("format.json", CancellationToken.None));
        await using var host = await StartAsync(Claimed(bucket));
        Assert.Equal(ClaimedBucket.Replaced, host.StoreErrorCode);
        Assert.Contains($"has the bucket {bucket}, which is empty now.", host.Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_bucket_with_the_data_is_as_good_as_the_first()
    {
        var (first, second) = (await NewBucketAsync(), await NewBucketAsync());
        await using (await StartAsync(Claimed(second)))
        {
        }
        File.Delete(_folder["data/team-a/.bucket"]);
        await using (await StartAsync(Claimed(first)))
        {
        }
        await using var host = await StartAsync(Claimed(second));
        Assert.Null(host.Waiting);
        Assert.Equal(second, await File.ReadAllTextAsync(_folder["data/team-a/.bucket"]));
    }

    [Fact]
    public async Task In_a_cluster_the_operator_remembers_the_bucket()
    {
        var bucket = await NewBucketAsync();
        var read = Read(Claimed(bucket));
        using var storage = new StoreFactory(_folder["data"], new OwnPorts(), TimeProvider.System).Create(
            read.Manifests.Resources[0], read with { Platform = new PlatformFile { ClaimedBucket = "ceph-bkt-1" } });
        var refused = await Assert.ThrowsAsync<BucketException>(
            () => storage.TryAcquireLeaseAsync(CancellationToken.None));
        Assert.Equal(ClaimedBucket.Replaced, refused.Code);
        Assert.Contains("they were in the bucket ceph-bkt-1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_without_a_bucket_is_reported()
    {
        await using var host = await StartAsync(Claimed(""));
        Assert.Equal(BucketClaim.NotBound, host.StoreErrorCode);
        Assert.Contains("there is no BUCKET_NAME in its ConfigMap", host.Waiting, StringComparison.Ordinal);
        Assert.Null(host.Storage.Claimed);
    }

    [Fact]
    public async Task Keys_of_other_names_open_a_bucket_and_are_named_where_one_is_missing()
    {
        var bucket = await NewBucketAsync();
        await using (var host = await StartAsync(WithKeys(bucket, "SecretKey")))
            Assert.Null(host.Waiting);
        await using var missing = await StartAsync(WithKeys(bucket, "Other"));
        Assert.Equal("NoCredentials", missing.StoreErrorCode);
        Assert.Contains("the Secret needs AccessKey and SecretKey", missing.Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_bucket_or_other_names_of_keys_need_another_store()
    {
        string[] manifests = [Claimed("one"), Claimed("two"), Claimed(""), WithKeys("one", "SecretKey")];
        Assert.Equal(manifests.Length, manifests.Select(Fingerprint).Distinct().Count());
        Assert.Equal(Fingerprint(manifests[0]), Fingerprint(manifests[0]));
    }

    string Fingerprint(string manifest)
    {
        var read = Read(manifest);
        return StoreFactory.GetFingerprint(read.Manifests.Resources[0], read);
    }

    async Task<string> NewBucketAsync() => (await minio.NewBucketAsync()).Bucket;

    string Claimed(string bucket) => Manifests.Repository(
            "team-a", "{ storage: { bucket: { claimRef: { kind: ObjectBucketClaim, name: packages } } } }")
        + Keys("packages", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY") + $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: packages }
        data:
          BUCKET_HOST: "{{minio.Endpoint.Host}}"
          BUCKET_PORT: "{{minio.Endpoint.Port}}"
          BUCKET_NAME: "{{bucket}}"
          BUCKET_REGION: ""
          BUCKET_SUBREGION: ""

        """;

    string WithKeys(string bucket, string written) => Manifests.Repository("team-a", $$"""

          storage:
            bucket:
              name: {{bucket}}
              endpoint: "{{minio.Endpoint}}"
              credentialsSecretRef: { name: user, keys: { accessKeyId: AccessKey, secretAccessKey: SecretKey } }
        """) + Keys("user", "AccessKey", written);

    string Keys(string secret, string id, string key) => $$"""
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: {{secret}} }
        stringData: { {{id}}: "{{minio.AccessKeyId}}", {{key}}: "{{minio.SecretAccessKey}}" }

        """;

    ServerConfiguration Read(string manifest) => ConfigurationReader.Read([_folder.Write("team-a.yaml", manifest)]);

    async Task<HostedHost> StartAsync(string manifest)
    {
        var read = Read(manifest);
        var resource = (PythonRepository)read.Manifests.Resources[0];
        var storage = new StoreFactory(_folder["data"], new OwnPorts(), TimeProvider.System).Create(resource, read);
        var host = new HostedHost(
            storage, "team-a", new MemoryBudget(1 << 20), TimeProvider.System, NullLogger.Instance);
        await host.StartAsync();
        return host;
    }
}
