using System.Collections.Concurrent;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>A bucket that answers late for one object, and a replica that was stopped, are no outage.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class SlowKeyTests(Minio minio)
{
    const int SlowReaders = 4;
    const int Pages = 60;
    static readonly TimeSpan _late = TimeSpan.FromSeconds(4);
    static readonly TimeSpan _betweenPages = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_late_record_does_not_make_pages_of_other_projects_stale()
    {
        await using var faults = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: faults.Url), 2);
        foreach (var project in (string[])["slow", "other"])
        {
            Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create(project, "1.0")));
            Assert.Equal("200", await OutcomeAsync(replicas[1], project));
        }
        faults.Decide = request =>
            request.Path.EndsWith("/projects/slow.jsonl", StringComparison.Ordinal) ? Fault.Slow(_late) : Fault.None;
        using var ending = new CancellationTokenSource();
        var readers =
            Enumerable.Range(0, SlowReaders).Select(_ => ReadAsync(replicas[1], "slow", ending.Token)).ToList();
        var outcomes = new ConcurrentBag<string>();
        for (var i = 0; i < Pages; i++)
        {
            outcomes.Add(await OutcomeAsync(replicas[1], "other"));
            // The late answers come in the seconds in which these pages are read.
            await Task.Delay(_betweenPages, TestContext.Current.CancellationToken);
        }
        await ending.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(outcomes, outcome => Assert.Equal("200", outcome));
    }

    [Fact]
    public async Task A_file_whose_record_is_late_is_not_cacheable()
    {
        await using var faults = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: faults.Url), 2);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("slow", "1.0")));
        var page = await ProjectPage.ReadAsync(replicas[1], BucketManifest.Team, "slow");
        var file = Assert.Single(page!.Files).Url;
        using (var usual = await replicas[1].Http.GetAsync(file))
            Assert.Contains("immutable", usual.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        // Longer than a replica waits for a look.
        faults.Decide = request => request.Path.EndsWith("/projects/slow.jsonl", StringComparison.Ordinal)
            ? Fault.Slow(TimeSpan.FromSeconds(8)) : Fault.None;
        using var late = await replicas[1].Http.GetAsync(file);
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Contains("STALE", late.Headers.GetValues("X-Cache"));
        Assert.Contains("no-cache", late.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_replica_serves_no_stale_pages_when_it_resumes()
    {
        await using var faults = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: faults.Url), 2);
        Assert.Equal(HttpStatusCode.OK, await replicas.UploadAsync(0, TestWheel.Create("demo", "1.0")));
        Assert.Equal("200", await OutcomeAsync(replicas[1], "demo"));
        // What it asks is answered while it is stopped.
        var isAsked = new TaskCompletionSource();
        faults.Decide = request =>
        {
            if (!request.Path.EndsWith("/projects/demo.jsonl", StringComparison.Ordinal))
                return Fault.None;
            isAsked.TrySetResult();
            return Fault.Slow(TimeSpan.FromMilliseconds(300));
        };
        var asked = Enumerable.Range(0, 8).Select(_ => OutcomeAsync(replicas[1], "demo")).ToList();
        await isAsked.Task;
        replicas[1].Suspend();
        // Longer than it waits for the bucket; how long it is stopped is the point of this test.
        await Task.Delay(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
        replicas[1].Resume();
        Assert.All(await Task.WhenAll(asked), outcome => Assert.Equal("200", outcome));
        for (var i = 0; i < 5; i++)
            Assert.Equal("200", await OutcomeAsync(replicas[1], "demo"));
    }

    static async Task ReadAsync(PyRepoServer server, string project, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
            await OutcomeAsync(server, project);
    }

    /// <summary>The status of a page, and whether it may be old.</summary>
    static async Task<string> OutcomeAsync(PyRepoServer server, string project)
    {
        using var answer = await server.Http.GetAsync(new Uri(server.IndexOf(BucketManifest.Team), $"{project}/"));
        var isOld = answer.Headers.TryGetValues("X-Cache", out var cache) && cache.Contains("STALE");
        return $"{(int)answer.StatusCode}{(isOld ? " STALE" : "")}";
    }
}
