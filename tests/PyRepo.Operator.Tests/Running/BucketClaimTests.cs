using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PyRepo.Operator.Manifests;
using PyRepo.Testing.Buckets;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A bucket that somebody else provides for a claim, and later another one for it.</summary>
public sealed class BucketClaimTests(ApiServer server) : IAsyncLifetime
{
    const string Plural = "pythonrepositories";
    const string Claim = "python-packages";

    /// <summary>A pod reaches no loopback address.</summary>
    readonly Minio _minio = new() { ListensAt = FindAddress() ?? IPAddress.Loopback };

    public ValueTask InitializeAsync() => _minio.InitializeAsync();

    public ValueTask DisposeAsync() => _minio.DisposeAsync();

    [Fact]
    public async Task A_claim_is_awaited_and_its_bucket_is_used_and_no_empty_one_in_its_place()
    {
        Assert.SkipWhen(FindAddress() is null, "This machine has no address but loopback ones.");
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1beta1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: { storage: { bucket: { claimRef: { kind: ObjectBucketClaim, name: {{Claim}} } } } }
            """);
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimNotBound");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown", "ClaimNotBound");

        var (first, second) = (await _minio.NewBucketAsync(), await _minio.NewBucketAsync());
        await BindAsync(cluster, first.Bucket);
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        await Eventually.IsAsync(
            "the bucket is noted", async () => await GetNoteAsync(cluster) == first.Bucket, () => pod.Log);
        await Eventually.IsAsync("the server is told", async () =>
        {
            await cluster.AnnotateAsync($"v1/pods/{pod.Name}", "kubelet", Guid.NewGuid().ToString());
            return (await pod.MountedAsync("platform.json")).Contains(first.Bucket, StringComparison.Ordinal);
        });

        await node.EndAsync(pod);
        await BindAsync(cluster, second.Bucket);
        var refused = await node.RunAsync("team-a", becomesReady: false);
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "False", "BucketNotReady");
        var message = await cluster.MessageAsync(Plural, "team-a", "StorageReady");
        Assert.Contains("BucketReplaced", message, StringComparison.Ordinal);
        Assert.Contains($"they were in the bucket {first.Bucket}", message, StringComparison.Ordinal);
        Assert.Equal(first.Bucket, await GetNoteAsync(cluster));

        await node.EndAsync(refused);
        await BindAsync(cluster, first.Bucket);
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        Assert.DoesNotContain(
            cluster.OperatorRequests(default),
            request => request.ObjectRef is { Name: Claim } or { Resource: "objectbucketclaims" });
    }

    /// <summary>Does what Rook does for a claim.</summary>
    async Task BindAsync(TestCluster cluster, string bucket) => await cluster.ApplyAsync($$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: {{Claim}} }
        data:
          BUCKET_HOST: "{{_minio.Endpoint.Host}}"
          BUCKET_NAME: "{{bucket}}"
          BUCKET_PORT: "{{_minio.Endpoint.Port}}"
          BUCKET_REGION: ""
          BUCKET_SUBREGION: ""
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: {{Claim}} }
        stringData:
          AWS_ACCESS_KEY_ID: "{{_minio.AccessKeyId}}"
          AWS_SECRET_ACCESS_KEY: "{{_minio.SecretAccessKey}}"
        """);

    static async Task<string?> GetNoteAsync(TestCluster cluster) => (string?)(
        await cluster.GetAsync("apps/v1/deployments/team-a"))!["metadata"]!["annotations"]![Annotations.ClaimedBucket];

    static IPAddress? FindAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(found => found.Address)
        .FirstOrDefault(address =>
            address.AddressFamily is AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
