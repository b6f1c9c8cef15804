using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>
/// Three replicas on one bucket take uploads, replacements, deletions and reads, while replicas are killed, stopped or
/// have a clock that stands still, the store fails, and one record is late. What everybody saw must agree with one
/// order of events for each project, and pages are old only while the store, or their record, could not be reached.
/// </summary>
/// <remarks>With PYREPO_HISTORY=full there are 10,000 operations, 30 stops and 10 clocks that stand still.</remarks>
[Collection(nameof(BucketsCollection))]
public sealed class LinearizabilityTests(Minio minio, ITestOutputHelper output)
{
    const int Workers = 8;

    /// <summary>How many projects there are.</summary>
    public const int Projects = 6;

    const int Files = 4;

    /// <summary>Who waits longer goes on without an answer: a replica whose clock stands still gives none.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    static readonly bool _isFull = Environment.GetEnvironmentVariable("PYREPO_HISTORY") == "full";
    static readonly int _operations = _isFull ? 10_000 : 2_000;

    readonly ConcurrentBag<(string Project, HistoryOperation Operation)> _history = [];
    readonly ConcurrentBag<(string Project, PyRepoServer By, long Began, long Ended)> _stale = [];
    readonly ConcurrentDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    int _next;

    [Fact]
    public async Task Every_replica_shows_acknowledged_uploads_and_none_shows_deleted_files()
    {
        await using var faults = await FaultProxy.StartAsync(minio.Endpoint);
        using var clock = StillClock.Library is null ? null : new StillClock();
        Assert.False(_isFull && clock is null, "A full history needs libfaketime.");
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(
                minio, BucketManifest.NewBucket(), "uploads: { overwrite: Always }", faults.Url), 3, clock);
        using var ending = new CancellationTokenSource();
        var troubles = new Troubles(replicas, faults, clock);
        var making = troubles.MakeAsync(ending.Token);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(seed => WorkAsync(
            replicas, new Random(seed), isEnough: () => !_isFull || troubles.AreMany || making.IsCompleted)));
        await ending.CancelAsync();
        await making;
        var old = _stale.Where(page => !troubles.MayBeOld(page.Project, page.Began, page.Ended)).ToList();
        new Crashes.CrashRun("replicas", full: 0).Report(
            $"{_history.Count} operations, {Text(troubles.Counts)}; {Text(_outcomes)}; "
                + $"{old.Count} pages old without a reason");
        output.WriteLine($"{Text(troubles.Counts)}; {Text(_outcomes)}");
        Assert.True(old.Count == 0, string.Join('\n', old.Select(page =>
            $"Replica {replicas.All.ToList().IndexOf(page.By)} showed an old page of {page.Project} after "
                + $"{Stopwatch.GetElapsedTime(page.Began, page.Ended).TotalSeconds:F1} s: "
                + $"{troubles.Before(page.Ended)}")));
        foreach (var project in _history.GroupBy(h => h.Project))
        {
            var violation = RunDeep(() => LinearizabilityChecker.FindViolation(project.Select(h => h.Operation)));
            Assert.True(violation is null, $"{project.Key}:\n{string.Join('\n', violation ?? [])}");
        }
        Assert.True(_history.Count(h => h.Operation.IsAnswered) > _operations / 2, "Too little was answered.");
    }

    /// <summary>The search calls itself once for each operation.</summary>
    static T RunDeep<T>(Func<T> check)
    {
        T result = default!;
        var thread = new Thread(() => result = check(), maxStackSize: 512 << 20);
        thread.Start();
        thread.Join();
        return result;
    }

    async Task WorkAsync(Replicas replicas, Random random, Func<bool> isEnough)
    {
        while (Interlocked.Increment(ref _next) is var number && (number <= _operations || !isEnough()))
        {
            var (server, project) = (replicas[random.Next(3)], $"demo-{random.Next(Projects)}");
            try
            {
                var wheel = TestWheel.Create(project, $"{random.Next(Files)}.0", payload: 16, seed: number);
                await (random.Next(10) switch
                {
                    < 4 => WriteAsync(server, wheel),
                    < 5 => DeleteAsync(server, wheel),
                    _ => ReadAsync(server, project),
                });
            }
            catch (Exception error) when (error is HttpRequestException or InvalidOperationException or IOException
                or TaskCanceledException or TimeoutException)
            {
                Count("no answer"); // The replica is being killed. A read that was not answered tells nothing.
            }
        }
    }

    async Task WriteAsync(PyRepoServer server, TestWheel wheel)
    {
        var operation = new HistoryOperation(
            HistoryOperationKind.Write, Stopwatch.GetTimestamp(), HistoryOperation.Never, wheel.FileName, wheel.Sha256);
        var status = await AnswerAsync(
            () => server.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
        Count($"write {status}");
        _history.Add((wheel.Project, status is HttpStatusCode.OK
            ? operation with { Ended = Stopwatch.GetTimestamp() } : operation));
        Assert.True(status is null or HttpStatusCode.OK or >= HttpStatusCode.InternalServerError, $"Upload: {status}");
    }

    async Task DeleteAsync(PyRepoServer server, TestWheel wheel)
    {
        var operation = new HistoryOperation(
            HistoryOperationKind.Delete, Stopwatch.GetTimestamp(), HistoryOperation.Never, wheel.FileName);
        var status = await AnswerAsync(
            () => server.DeletionStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
        Count($"delete {status}");
        var ended = Stopwatch.GetTimestamp();
        _history.Add((wheel.Project, status switch
        {
            HttpStatusCode.NoContent => operation with { Ended = ended },
            HttpStatusCode.NotFound => operation with { Ended = ended, Kind = HistoryOperationKind.DeleteOfNothing },
            _ => operation,
        }));
    }

    async Task ReadAsync(PyRepoServer server, string project)
    {
        var began = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(server.IndexOf(BucketManifest.Team), $"{project}/"));
        request.Headers.Add("Accept", "application/vnd.pypi.simple.v1+json");
        using var answer = await server.Http.SendAsync(request).WaitAsync(_patience);
        var isStale = answer.Headers.TryGetValues("X-Cache", out var cache) && cache.Contains("STALE");
        Count(isStale ? "read STALE" : $"read {answer.StatusCode}");
        if (isStale)
            _stale.Add((project, server, began, Stopwatch.GetTimestamp()));
        if (isStale || answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
            return;
        var seen = answer.StatusCode is HttpStatusCode.NotFound
            ? FrozenDictionary<string, string>.Empty
            : ProjectPage.Parse(await answer.Content.ReadAsStringAsync()).Files
                .ToFrozenDictionary(f => f.FileName, f => f.Sha256!, StringComparer.Ordinal);
        _history.Add((project, new HistoryOperation(
            HistoryOperationKind.Read, began, Stopwatch.GetTimestamp(), Seen: seen)));
    }

    static async Task<HttpStatusCode?> AnswerAsync(Func<Task<HttpStatusCode>> send)
    {
        try
        {
            return await send().WaitAsync(_patience);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException
            or TimeoutException)
        {
            return null;
        }
    }

    static string Text(IEnumerable<KeyValuePair<string, int>> counts) =>
        string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));

    void Count(string outcome) => _outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);
}
