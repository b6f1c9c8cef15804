using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>What clients see of repositories on a real Ceph, whose gateway takes entity tags in its own form.</summary>
[Collection(nameof(CephCollection))]
public sealed class CephTests(Ceph ceph)
{
    [Fact]
    public async Task Two_replicas_lose_no_upload_when_one_is_killed_and_both_start_again()
    {
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(ceph, BucketManifest.NewBucket(), "server: { replicas: 2 }"), 2);
        var wheels = Enumerable.Range(1, 40).Select(i => TestWheel.Create("demo", $"{i}.0", seed: i)).ToList();
        var answers = await Task.WhenAll(wheels.Select((wheel, i) => replicas.UploadAsync(i % 2, wheel)));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.True((await ServerStatus.ReadAsync(replicas[0]))[BucketManifest.Team].Storage!.ConditionalWrites);
        await replicas[0].KillAsync();
        await MustHaveAsync(replicas[1], wheels);
        var late = TestWheel.Create("demo", "99.0");
        await Eventually.IsAsync(
            "the other one takes uploads", async () => await replicas.UploadAsync(1, late) is HttpStatusCode.OK);
        await replicas[0].StartAgainAsync();
        await replicas[1].StopAsync();
        await replicas[1].StartAgainAsync();
        foreach (var server in replicas.All)
            await MustHaveAsync(server, [.. wheels, late]);
    }

    [Fact]
    public async Task A_bucket_over_its_quota_is_read_after_a_restart_and_a_purge_makes_room()
    {
        var bucket = S3Service.NewName();
        await using var server = await PyRepoServer.StartAsync(
            BucketManifest.Create(ceph, $"name: {bucket}, create: true"));
        var wheels = Enumerable.Range(1, 3).Select(i => TestWheel.Create("demo", $"{i}.0", 20_000, i)).ToList();
        foreach (var wheel in wheels)
            Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, wheel));
        await ceph.AdministerAsync(
            "quota", "set", "--quota-scope=bucket", $"--bucket={bucket}", "--uid=tests", "--max-objects=5");
        await ceph.AdministerAsync("quota", "enable", "--quota-scope=bucket", $"--bucket={bucket}", "--uid=tests");
        var another = TestWheel.Create("demo", "4.0", 20_000, 4);
        await Eventually.IsAsync("uploads are refused", async () =>
            await UploadAsync(server, another) is HttpStatusCode.InsufficientStorage);
        await server.KillAsync();
        await server.StartAgainAsync();
        await MustHaveAsync(server, wheels);
        await ceph.AdministerAsync(
            "quota", "set", "--quota-scope=bucket", $"--bucket={bucket}", "--uid=tests", "--max-objects=-1",
            "--max-size=1");
        using var purge = new HttpRequestMessage(
            HttpMethod.Delete,
            new Uri(server.GetUrl(BucketManifest.Team), "api/v1/projects/demo/releases/1.0?purge=true"))
        {
            Headers = { Authorization = BucketManifest.Publisher },
        };
        using var answer = await server.Http.SendAsync(purge);
        // The bytes are gone, even if the quota still refuses to say so in the record.
        Assert.True(
            answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.InsufficientStorage,
            $"{answer.StatusCode}");
        Assert.False(await server.ServesAsync(BucketManifest.Team, wheels[0]));
        await ceph.AdministerAsync("quota", "disable", "--quota-scope=bucket", $"--bucket={bucket}", "--uid=tests");
        await Eventually.IsAsync("uploads are taken again", async () =>
            await UploadAsync(server, another) is HttpStatusCode.OK);
        await MustHaveAsync(server, [wheels[1], wheels[2], another]);
    }

    static Task<HttpStatusCode> UploadAsync(PyRepoServer server, TestWheel wheel) =>
        server.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher);

    static async Task MustHaveAsync(PyRepoServer server, IReadOnlyList<TestWheel> wheels)
    {
        foreach (var wheel in wheels)
            Assert.True(await server.ServesAsync(BucketManifest.Team, wheel), wheel.FileName);
    }
}
