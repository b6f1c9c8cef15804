using System.Collections.Concurrent;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>What clients see of a store that fails.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class StoreFaultTests(Minio minio)
{
    static readonly TimeSpan _timeoutOfPip = TimeSpan.FromSeconds(15);

    static readonly (string Name, Fault Fault)[] _faults =
    [
        ("500", Fault.Status(500)), ("503 SlowDown", Fault.Status(503)), ("reset", Fault.Reset), ("lost", Fault.Lost),
        ("torn", Fault.Torn(10)), ("slow", Fault.Slow(TimeSpan.FromMilliseconds(200))),
    ];

    [Fact]
    public async Task An_upload_during_a_store_failure_succeeds_or_leaves_nothing_behind()
    {
        await using var proxy = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await StartAsync(proxy);
        var outcomes = new ConcurrentBag<(TestWheel Wheel, HttpStatusCode Status)>();
        foreach (var (name, fault) in _faults)
        {
            var random = new Random(name.Length);
            proxy.Decide = _ =>
            {
                lock (random)
                    return random.Next(2) == 0 ? fault : Fault.None;
            };
            // Also one that travels in parts.
            foreach (var size in (int[])[10, 1000, 40 << 20])
            {
                var wheel = TestWheel.Create($"demo-{size}", $"{outcomes.Count}.0", size, outcomes.Count);
                outcomes.Add((wheel, await replicas.UploadAsync(0, wheel)));
            }
        }
        proxy.Decide = _ => Fault.None;
        Assert.Contains(outcomes, o => o.Status is HttpStatusCode.OK);
        foreach (var (wheel, status) in outcomes)
        {
            Assert.True(
                status is HttpStatusCode.OK or >= HttpStatusCode.InternalServerError, $"{wheel.FileName}: {status}");
            var page = await ProjectPage.ReadAsync(replicas[0], BucketManifest.Team, wheel.Project);
            Assert.True(status is not HttpStatusCode.OK || page?.Find(wheel.FileName) is not null, wheel.FileName);
            // What is listed is whole, whatever its upload was told.
            if (page?.Find(wheel.FileName) is not null)
                Assert.True(await replicas[0].ServesAsync(BucketManifest.Team, wheel), wheel.FileName);
        }
        // And uploaded again, all of them are there.
        foreach (var (wheel, _) in outcomes)
            Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
    }

    [Fact]
    public async Task While_the_bucket_is_unavailable_pages_are_served_from_memory_and_marked_stale()
    {
        await using var proxy = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await StartAsync(proxy);
        var wheel = TestWheel.Create("demo", "1.0");
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        Assert.Equal(HttpStatusCode.OK, await replicas[0].StatusOfAsync("team/simple/demo/"));
        proxy.Decide = _ => Fault.Reset;
        await Eventually.IsAsync("the page says that it may be old", () => IsStaleAsync(replicas[0], "demo/"));
        Assert.True(await IsStaleAsync(replicas[0], ""));
        // What is not in memory is not known to be absent.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await replicas[0].StatusOfAsync("team/simple/other/"));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, await replicas.UploadAsync(0, TestWheel.Create("demo", "2.0")));
        proxy.Decide = _ => Fault.None;
        await Eventually.IsAsync(
            "the page is current again", async () => !await IsStaleAsync(replicas[0], "demo/"));
        // One page that is current does not mean that no other request fails any more: each reads the bucket itself.
        await Eventually.IsAsync("what is not there is known to be absent again", async () =>
            await replicas[0].StatusOfAsync("team/simple/other/") is HttpStatusCode.NotFound);
        Assert.True(await replicas[0].ServesAsync(BucketManifest.Team, wheel));
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_delays_no_page_beyond_client_timeouts()
    {
        await using var proxy = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await StartAsync(proxy);
        var wheel = TestWheel.Create("demo", "1.0");
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        Assert.Equal(HttpStatusCode.OK, await replicas[0].StatusOfAsync("team/simple/demo/"));
        proxy.Decide = _ => Fault.Slow(TimeSpan.FromMinutes(2));
        await Eventually.IsAsync(
            "the page says that it may be old", () => IsStaleAsync(replicas[0], "demo/").WaitAsync(_timeoutOfPip));
        // A change that fails takes nothing from what is shown.
        proxy.Decide = _ => Fault.Reset;
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await replicas[0].DeletionStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
        await Eventually.IsAsync("the page is still there", () => IsStaleAsync(replicas[0], "demo/"));
        proxy.Decide = _ => Fault.None;
    }

    [Fact]
    public async Task A_download_survives_a_broken_connection_to_the_store()
    {
        await using var proxy = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await StartAsync(proxy);
        var wheel = TestWheel.Create("demo", "1.0", 5 << 20);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, wheel));
        var torn = 0;
        proxy.Decide = request => request.Path.EndsWith(".whl", StringComparison.Ordinal)
            && Interlocked.Increment(ref torn) % 2 == 1 ? Fault.Torn(1_500_000) : Fault.None;
        Assert.True(await replicas[0].ServesAsync(BucketManifest.Team, wheel));
        Assert.True(torn > 1, "No connection broke.");
    }

    static async Task<bool> IsStaleAsync(PyRepoServer server, string path)
    {
        using var answer = await server.GetAsync($"team/simple/{path}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Headers.TryGetValues("X-Cache", out var cache) && cache.Contains("STALE")
            && answer.Headers.Contains("X-Stale-Since");
    }

    Task<Replicas> StartAsync(FaultProxy proxy) =>
        Replicas.StartAsync(BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: proxy.Url), 1);
}
