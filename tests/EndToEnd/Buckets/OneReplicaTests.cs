using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>A service that ignores the conditions of writes: Garage. It can have one replica only.</summary>
[Collection(nameof(GarageCollection))]
public sealed class OneReplicaTests(Garage garage)
{
    [Fact]
    public async Task One_replica_takes_uploads_and_serves_them_after_a_kill()
    {
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(garage, BucketManifest.NewBucket()), 1);
        var wheels = Enumerable.Range(1, 20).Select(i => TestWheel.Create("demo", $"{i}.0", seed: i)).ToList();
        var answers = await Task.WhenAll(wheels.Select(wheel => replicas.UploadAsync(0, wheel)));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        await replicas[0].KillAsync();
        await replicas[0].StartAgainAsync();
        foreach (var wheel in wheels)
            Assert.True(await replicas[0].ServesAsync(BucketManifest.Team, wheel));
    }

    [Fact]
    public async Task Two_replicas_are_refused_with_a_reason()
    {
        await using var server = await PyRepoServer.LaunchOnAsync(
            BucketManifest.Create(garage, BucketManifest.NewBucket(), "server: { replicas: 2 }"), static _ => { });
        await Eventually.IsAsync(
            "the status says why", () => MessageAsync(server),
            message => message.StartsWith("can't be opened: ConditionalWritesUnsupported", StringComparison.Ordinal));
        Assert.Contains("spec.server.replicas", await MessageAsync(server), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.StatusOfAsync("team/simple/"));
    }

    [Fact]
    public async Task A_second_process_on_the_same_bucket_waits_and_takes_over_when_the_first_has_ended()
    {
        var manifest = BucketManifest.Create(garage, BucketManifest.NewBucket());
        await using var first = await PyRepoServer.StartAsync(manifest);
        await using var second = await PyRepoServer.LaunchOnAsync(manifest, static _ => { });
        await Eventually.IsAsync(
            "the status says who has the bucket", () => MessageAsync(second),
            message => message.Contains("is in use by the replica", StringComparison.Ordinal));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await second.UploadStatusAsync("team", TestWheel.Create("demo", "1.0"), BucketManifest.Publisher));
        Assert.Equal(0, await first.StopAsync());
        await Eventually.IsAsync("the second one is ready", second.IsReadyAsync);
        Assert.Equal(
            HttpStatusCode.OK,
            await second.UploadStatusAsync("team", TestWheel.Create("demo", "1.0"), BucketManifest.Publisher));
    }

    static async Task<string> MessageAsync(PyRepoServer server) =>
        (await ServerStatus.ReadAsync(server))[BucketManifest.Team].Message ?? "";
}
