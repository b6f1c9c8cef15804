using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>Two replicas of a proxy on one bucket.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class ProxyReplicaTests(Minio minio)
{
    const string Proxy = "mirror";

    [Fact]
    public async Task A_replica_serves_what_another_cached_when_upstream_is_down()
    {
        await using var upstream = await PyRepoServer.StartAsync(Serving.Manifest.Create("public"));
        var wheels = Enumerable.Range(1, 3).Select(i => TestWheel.Create("demo", $"{i}.0", i << 20, i)).ToList();
        foreach (var wheel in wheels)
            await upstream.MustTakeAsync("public", wheel);
        await using var replicas = await Replicas.StartAsync(GetManifest(upstream, "Stream"), 2);
        foreach (var wheel in wheels)
            Assert.True(await replicas[0].ServesAsync(Proxy, wheel));
        await Eventually.IsAsync("all files are cached", async () =>
            (await ServerStatus.ReadAsync(replicas[0]))[Proxy].Files == wheels.Count);
        await upstream.StopAsync();
        foreach (var wheel in wheels)
            Assert.True(await replicas[1].ServesAsync(Proxy, wheel), wheel.FileName);
        // Also after a start with nothing in memory.
        await replicas[1].KillAsync();
        await replicas[1].StartAgainAsync();
        foreach (var wheel in wheels)
            Assert.True(await replicas[1].ServesAsync(Proxy, wheel), wheel.FileName);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await replicas[1].StatusOfAsync($"{Proxy}/simple/other/"));
    }

    [Fact]
    public async Task Cached_files_are_redirected_to_the_bucket_if_the_resource_says_so()
    {
        await using var upstream = await PyRepoServer.StartAsync(Serving.Manifest.Create("public"));
        var wheel = TestWheel.Create("demo", "1.0", 100_000);
        await upstream.MustTakeAsync("public", wheel);
        await using var replicas = await Replicas.StartAsync(GetManifest(upstream, "Redirect"), 1);
        Assert.True(await replicas[0].ServesAsync(Proxy, wheel));
        var url = (await ProjectPage.ReadAsync(replicas[0], Proxy, "demo"))!.Find(wheel.FileName)!.Url;
        await Eventually.IsAsync("the file is redirected", async () =>
        {
            using var answer = await replicas[0].Http.GetAsync(url);
            return answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.Port == minio.Endpoint.Port;
        });
        using var following = new HttpClient();
        Assert.Equal(wheel.Bytes, await following.GetByteArrayAsync(url));
    }

    string GetManifest(PyRepoServer upstream, string downloads) => Serving.Manifest.All(
        BucketManifest.Keys(minio),
        $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: {{Proxy}} }
        spec:
          upstream: { url: "{{upstream.IndexOf("public")}}" }
          storage: { bucket: { {{BucketManifest.NewBucket()}}, endpoint: "{{minio.Endpoint}}", downloads: {{downloads}}, credentialsSecretRef: { name: s3 } } }
        """);
}
