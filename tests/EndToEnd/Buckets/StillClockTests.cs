using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>A replica whose clock stands still believes that the others still know of it.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class StillClockTests(Minio minio) : IDisposable
{
    const int Uploads = 12;
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(700);

    readonly TemporaryFolder _folder = new();
    readonly StillClock _clock = new();

    public void Dispose()
    {
        _clock.Dispose();
        _folder.Dispose();
    }

    [StillClockFact]
    public async Task It_acknowledges_only_changes_that_another_replica_shows()
    {
        var manifest = BucketManifest.Create(minio, BucketManifest.NewBucket());
        await using var paused = await PyRepoServer.StartBelowAsync(manifest, _clock.Command);
        await using var other = await PyRepoServer.StartAsync(manifest);
        var first = TestWheel.Create("demo", "1.0");
        await MustTakeAsync(paused, first);
        Assert.True(await other.ServesAsync(BucketManifest.Team, first));
        _clock.Stop();
        await Eventually.IsAsync("the other replica is alone", "[]", () => OthersAsync(other));

        var hidden = new List<string>();
        for (var i = 2; i < 2 + Uploads; i++)
        {
            var wheel = TestWheel.Create("demo", $"{i}.0", seed: i);
            var status = await TryUploadAsync(paused, wheel);
            if (status is HttpStatusCode.OK && !await IsShownAsync(other, wheel))
                hidden.Add(wheel.FileName);
        }
        // What is there already is an acknowledgement, too: this one is not there any more.
        Assert.Equal(
            HttpStatusCode.NoContent,
            await other.DeletionStatusAsync(BucketManifest.Team, first, BucketManifest.Publisher));
        if (await TryUploadAsync(paused, first) is HttpStatusCode.OK && !await IsShownAsync(other, first))
            hidden.Add($"{first.FileName}, after its deletion");
        Assert.Empty(hidden);

        _clock.GoOn();
        var last = TestWheel.Create("demo", "99.0");
        await Eventually.IsAsync("the replica takes uploads again", HttpStatusCode.OK, () =>
            paused.UploadStatusAsync(BucketManifest.Team, last, BucketManifest.Publisher));
        Assert.True(await IsShownAsync(other, last));
    }

    [StillClockFact]
    public async Task It_acknowledges_nothing_in_a_repository_that_was_erased_meanwhile()
    {
        var bucket = S3Service.NewName();
        var manifest = BucketManifest.Create(minio, $"name: {bucket}, prefix: team, create: true");
        await using var paused = await PyRepoServer.StartBelowAsync(manifest, _clock.Command);
        await MustTakeAsync(paused, TestWheel.Create("demo", "1.0"));
        Assert.True(await IsTokenMadeAsync(paused));
        await minio.PutAsync(bucket, "kept", [1]);
        _clock.Stop();
        var file = _folder.Write("erased.yaml", manifest);
        (await PyRepoProgram.RunAsync(
            "erase", "-f", file, "--root", BucketManifest.Team, "--data", _folder.At("scratch"), "--yes"))
            .MustSucceed();
        var wheel = TestWheel.Create("demo", "2.0");
        Assert.NotEqual(HttpStatusCode.OK, await TryUploadAsync(paused, wheel));
        Assert.False(await IsTokenMadeAsync(paused));

        _clock.GoOn();
        await Eventually.IsAsync("the replica says that the repository was erased", async () =>
            (await paused.Http.GetStringAsync(new Uri(paused.Management, "status"))).Contains(
                "it was erased", StringComparison.Ordinal));
        Assert.NotEqual(
            HttpStatusCode.OK, await paused.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
    }

    static async Task MustTakeAsync(PyRepoServer server, TestWheel wheel) => Assert.Equal(
        HttpStatusCode.OK, await server.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));

    static async Task<string> OthersAsync(PyRepoServer server)
    {
        using var status = System.Text.Json.JsonDocument.Parse(
            await server.Http.GetStringAsync(new Uri(server.Management, "status")));
        return status.RootElement.GetProperty("repositories")[0].GetProperty("storage").GetProperty("others")
            .GetRawText();
    }

    /// <summary>Uploads, unless that takes too long: a replica that waits for its own clock gives no answer.</summary>
    static async Task<HttpStatusCode?> TryUploadAsync(PyRepoServer server, TestWheel wheel)
    {
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            using var answer = await TwineForm.SendAsync(
                server.Http, server.GetUrl(BucketManifest.Team), TwineForm.From(wheel), BucketManifest.Publisher,
                limit.Token);
            return answer.StatusCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    static async Task<bool> IsTokenMadeAsync(PyRepoServer server)
    {
        using var limit = new CancellationTokenSource(_patience);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(server.GetUrl(BucketManifest.Team), "api/v1/tokens"))
        {
            Content = new StringContent("""{"name":"ci","role":"Reader"}"""),
        };
        request.Headers.Authorization = BucketManifest.Publisher;
        request.Content.Headers.ContentType = new("application/json");
        try
        {
            using var answer = await server.Http.SendAsync(request, limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether a page shows a file, or says that it may be old.</summary>
    static async Task<bool> IsShownAsync(PyRepoServer server, TestWheel wheel)
    {
        var page = new Uri(server.IndexOf(BucketManifest.Team), $"{wheel.Project}/");
        using var answer = await server.Http.GetAsync(page);
        return (answer.Headers.TryGetValues("X-Cache", out var cache) && cache.Contains("STALE"))
            || (await answer.Content.ReadAsStringAsync()).Contains(wheel.FileName, StringComparison.Ordinal);
    }
}
