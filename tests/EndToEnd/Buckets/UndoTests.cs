using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>What is deleted through one replica on a bucket is restored through another.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class UndoTests(Minio minio)
{
    [Fact]
    public async Task A_release_that_one_replica_deleted_is_restored_by_another_and_shown_by_both_at_once()
    {
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket()), 2);
        var wheel = TestWheel.Create("demo", "1.0");
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        const string release = "api/v1/projects/demo/releases/1.0";
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(replicas[0], HttpMethod.Delete, release));
        foreach (var replica in replicas.All)
            Assert.False(await replica.ServesAsync(BucketManifest.Team, wheel));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(replicas[1], HttpMethod.Post, $"{release}/restoration"));
        foreach (var replica in replicas.All)
            Assert.True(await replica.ServesAsync(BucketManifest.Team, wheel));
        Assert.Equal(
            HttpStatusCode.NoContent, await SendAsync(replicas[1], HttpMethod.Delete, $"{release}?purge=true"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(replicas[0], HttpMethod.Post, $"{release}/restoration"));
        foreach (var replica in replicas.All)
            Assert.False(await replica.ServesAsync(BucketManifest.Team, wheel));
    }

    static async Task<HttpStatusCode> SendAsync(PyRepoServer server, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.GetUrl(BucketManifest.Team), path));
        request.Headers.Authorization = BucketManifest.Publisher;
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
