using System.Threading.Channels;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Tests.Client;
using PyRepo.Kubernetes.Watching;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Watching;

public sealed class InformerTests : IAsyncLifetime
{
    static readonly TimeSpan _anyWait = TimeSpan.FromSeconds(29);
    readonly SteppedClock _clock = new();
    readonly Channel<string> _changes = Channel.CreateUnbounded<string>();
    readonly LogLines _log = new();
    readonly CancellationTokenSource _ending = new();
    ScriptedApiServer _server = null!;
    KubernetesClient _client = null!;
    Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedApiServer.StartAsync();
        _client = Connections.GetClient(_server, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _ending.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Listed_and_watched_objects_are_cached_and_reported()
    {
        var informer = Start(new(["shop"]));
        informer.AddIndex("label", static o => o.Metadata.Labels?.Values ?? []);
        await _server.AnswerListAsync("5", Map("a", 1));
        await informer.Synced;
        var watch = await _server.BeginWatchAsync();
        Assert.Equal(("/api/v1/namespaces/shop/configmaps", "5"), (watch.Path, watch.Query["resourceVersion"]));
        await watch.SendAsync("ADDED", """
            {"metadata":{"namespace":"shop","name":"b","uid":"b","resourceVersion":"6","labels":{"app":"till"}}}
            """.Trim());
        await watch.SendAsync("MODIFIED", Map("a", 7));
        Assert.Equal(["+a1", "+b6", "a1>7"], await ChangesAsync(3));
        Assert.Equal("b", Assert.Single(informer.ByIndex("label", "till")).Metadata.Name);
        await watch.SendAsync("DELETED", Map("b", 8));
        Assert.Equal(["-b8"], await ChangesAsync(1));
        Assert.Empty(informer.ByIndex("label", "till"));
        Assert.Null(informer.Find(new("shop", "b")));
        Assert.Equal("7", Assert.Single(informer.InNamespace("shop")).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_namespace_is_cached_only_up_to_its_limit()
    {
        var informer = Start(maxPerNamespace: 2);
        var leftOut = 0;
        informer.LeftOut += _ => leftOut++;
        await _server.AnswerListAsync("5", Map("a", 1), Map("b", 2), Map("c", 3));
        await informer.Synced;
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("ADDED", Map("d", 6));
        await watch.SendAsync("DELETED", Map("a", 7));
        await watch.SendAsync("MODIFIED", Map("c", 8));
        Assert.Equal(["+a1", "+b2", "-a7", "+c8"], await ChangesAsync(4));
        Assert.Equal(2, leftOut);
    }

    [Fact]
    public async Task A_namespace_is_cached_only_up_to_the_memory_that_informers_share()
    {
        var informer = Start(budget: new MemoryBudget(10));
        var leftOut = 0;
        informer.LeftOut += _ => leftOut++;
        await _server.AnswerListAsync("5", Map("six-66", 1), Map("five5", 2), Map("four", 3));
        await informer.Synced;
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("MODIFIED", Map("six-66", 6));
        await watch.SendAsync("ADDED", Map("x", 7));
        await watch.SendAsync("DELETED", Map("six-66", 8));
        await watch.SendAsync("MODIFIED", Map("five5", 9));
        Assert.Equal(["+six-661", "+four3", "six-661>6", "-six-668", "+five59"], await ChangesAsync(5));
        Assert.Equal(2, leftOut);
    }

    [Fact]
    public async Task A_watch_that_ends_goes_on_from_the_last_event_or_bookmark_without_a_list()
    {
        var informer = Start();
        await _server.AnswerListAsync("5");
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("ADDED", Map("a", 6));
        watch.End();
        watch = await _server.BeginWatchAsync();
        Assert.Equal("6", watch.Query["resourceVersion"]);
        await watch.SendBookmarkAsync("40");
        watch.End();
        watch = await _server.BeginWatchAsync();
        Assert.Equal("40", watch.Query["resourceVersion"]);
        Assert.Equal("a", Assert.Single(informer.All).Metadata.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_410_one_list_reports_only_deletions_and_changes(bool inStream)
    {
        var informer = Start();
        await _server.AnswerListAsync("5", Map("gone", 1), Map("same", 2), Map("changed", 3), Map("anew", 4));
        Assert.Equal(["+gone1", "+same2", "+changed3", "+anew4"], await ChangesAsync(4));
        if (inStream)
            await (await _server.BeginWatchAsync()).SendErrorAsync(410, "Expired");
        else
            await (await _server.NextAsync()).RefuseAsync(410, "Gone");
        await _server.AnswerListAsync(
            "20", Map("same", 2), Map("changed", 13), Map("anew", 14, "another"), Map("new", 15));
        Assert.Equal(["changed3>13", "-anew4", "+anew14", "+new15", "-gone1"], await ChangesAsync(5));
        var watch = await _server.BeginWatchAsync();
        Assert.Equal("20", watch.Query["resourceVersion"]);
        await watch.SendAsync("ADDED", Map("last", 21));
        Assert.Equal(["+last21"], await ChangesAsync(1));
        Assert.Equal(5, informer.All.Count);
    }

    [Fact]
    public async Task A_watch_of_a_busy_server_resumes_from_the_same_version_after_Retry_After()
    {
        Start();
        await _server.AnswerListAsync("5");
        await (await _server.NextAsync()).RefuseAsync(429, "TooManyRequests", "9");
        Assert.Equal(TimeSpan.FromSeconds(9), await _clock.AdvanceToTimerAsync(_anyWait));
        Assert.Equal("5", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_that_is_silent_for_90_seconds_resumes_from_the_same_version()
    {
        var informer = Start();
        await _server.AnswerListAsync("5");
        var silent = await _server.BeginWatchAsync();
        await silent.SendAsync("ADDED", Map("a", 6));
        await ChangesAsync(1);
        Assert.Equal(WatchStream<ConfigMap>.IdleDeadline, await _clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(4)));
        await silent.Left;
        Assert.Equal("6", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_broken_watch_resumes_from_the_same_version()
    {
        Start();
        await _server.AnswerListAsync("5");
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("ADDED", Map("a", 6));
        await watch.SendTextAsync("{\"type\":\"ADD");
        await ChangesAsync(1);
        watch.Abort();
        await _clock.AdvanceToTimerAsync(_anyWait);
        await AnswerProbeAsync("6");
        Assert.Equal("6", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task After_a_restore_from_a_backup_a_broken_watch_is_listed_again()
    {
        Start();
        await _server.AnswerListAsync("50", Map("same", 1), Map("later", 50));
        Assert.Equal(["+same1", "+later50"], await ChangesAsync(2));
        (await _server.BeginWatchAsync()).Abort();
        await _clock.AdvanceToTimerAsync(_anyWait);
        await RefuseProbeAsync();
        await _server.AnswerListAsync("20", Map("same", 1), Map("earlier", 20));
        Assert.Equal(["+earlier20", "-later50"], await ChangesAsync(2));
        Assert.Equal("20", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_that_brings_nothing_because_its_version_is_in_the_future_is_listed_again()
    {
        Start();
        await _server.AnswerListAsync("50", Map("later", 50));
        (await _server.BeginWatchAsync()).End();
        await ChangesAsync(1);
        await _clock.AdvanceToTimerAsync(_anyWait);
        await RefuseProbeAsync();
        await _server.AnswerListAsync("20");
        Assert.Equal(["-later50"], await ChangesAsync(1));
    }

    [Theory]
    [InlineData("500")]
    [InlineData("504 in the stream")]
    [InlineData("broken")]
    public async Task A_watch_that_keeps_failing_at_one_version_is_listed_again(string failure)
    {
        Start();
        await _server.AnswerListAsync("5", Map("a", 1));
        await ChangesAsync(1);
        for (var i = 0; i < 4; i++)
        {
            if (i > 0)
                await AnswerProbeAsync("5");
            var watch = await _server.NextAsync();
            Assert.Equal("5", watch.Query["resourceVersion"]);
            await FailAsync(watch, failure);
            await _clock.AdvanceToTimerAsync(_anyWait);
        }
        await _server.AnswerListAsync("9", Map("a", 8));
        Assert.Equal(["a1>8"], await ChangesAsync(1));
    }

    [Fact]
    public async Task Watches_that_end_immediately_without_events_are_not_restarted_in_a_tight_loop()
    {
        Start();
        await _server.AnswerListAsync("5");
        foreach (var most in (double[])[1.6, 3.2, 6.4])
        {
            (await _server.BeginWatchAsync()).End();
            Assert.InRange((await _clock.AdvanceToTimerAsync(_anyWait)).TotalSeconds, most / 2, most);
            await AnswerProbeAsync("5");
        }
        (await _server.BeginWatchAsync()).End();
    }

    [Fact]
    public async Task An_API_server_that_returns_after_ten_minutes_is_found_within_30_seconds()
    {
        var informer = Start();
        await _server.AnswerListAsync("5", Map("a", 1));
        var watch = await _server.BeginWatchAsync();
        await ChangesAsync(1);
        var port = _server.Address.Port;
        await _server.DisposeAsync();
        var (tries, down) = (0, TimeSpan.Zero);
        for (; down < TimeSpan.FromMinutes(10); tries++)
            down += await NextTryAsync();
        Assert.True(tries < 0.5 * 600, $"{tries} tries in ten minutes");
        // The last try failed; before the next one the server comes back.
        await _log.NextAsync();
        _server = await ScriptedApiServer.StartAsync(port);
        Assert.True(await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(31)) <= TimeSpan.FromSeconds(30));
        await _server.AnswerListAsync("6", Map("a", 6));
        Assert.Equal(["a1>6"], await ChangesAsync(1));
        Assert.Equal("6", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_missing_kind_is_awaited()
    {
        var informer = Start();
        await (await _server.NextAsync()).RefuseAsync(404, "NotFound");
        await _clock.AdvanceToTimerAsync(_anyWait);
        await _server.AnswerListAsync("5", Map("a", 1));
        await informer.Synced;
        Assert.Single(informer.All);
    }

    [Fact]
    public async Task An_optional_kind_may_appear_and_disappear()
    {
        var informer = Start(isOptional: true);
        await (await _server.NextAsync()).RefuseAsync(404, "NotFound");
        await informer.Synced;
        Assert.False(informer.IsServed);
        await _clock.AdvanceToTimerAsync(_anyWait);
        await _server.AnswerListAsync("5", Map("a", 1));
        Assert.Equal(["+a1", "served"], await ChangesAsync(2));
        var watch = await _server.BeginWatchAsync();
        await watch.SendBookmarkAsync("6");
        watch.End();
        await (await _server.NextAsync()).RefuseAsync(404, "NotFound");
        Assert.Equal(["-a1", "missing"], await ChangesAsync(2));
        await _clock.AdvanceToTimerAsync(_anyWait);
        await _server.AnswerListAsync("1", Map("b", 1));
        Assert.Equal(["+b1", "served"], await ChangesAsync(2));
    }

    [Fact]
    public async Task A_kind_that_may_not_be_read_counts_as_missing_until_it_may_and_not_after_that()
    {
        var informer = Start(isOptional: true);
        await (await _server.NextAsync()).RefuseAsync(403, "Forbidden");
        await informer.Synced;
        await _clock.AdvanceToTimerAsync(_anyWait);
        await _server.AnswerListAsync("5", Map("a", 1));
        Assert.Equal(["+a1", "served"], await ChangesAsync(2));
        await (await _server.NextAsync()).RefuseAsync(403, "Forbidden");
        await _clock.AdvanceToTimerAsync(_anyWait);
        await _server.AnswerListAsync("6", Map("a", 1), Map("b", 2));
        Assert.Equal(["+b2"], await ChangesAsync(1));
    }

    [Fact]
    public async Task An_object_with_a_foreign_value_is_left_out_and_keeps_the_copy_it_had_until_it_goes()
    {
        const string Foreign = ""","data":{"a":[1]}""";
        var informer = Start();
        await _server.AnswerListAsync("5", Map("a", 1), ScriptedRequest.Object("never", "2", more: Foreign));
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("MODIFIED", ScriptedRequest.Object("a", "6", more: Foreign));
        await watch.SendErrorAsync(410, "Expired");
        await _server.AnswerListAsync("7", ScriptedRequest.Object("a", "6", more: Foreign), Map("b", 3));
        Assert.Equal(["+a1", "+b3"], await ChangesAsync(2));
        Assert.Equal("1", informer.Find(new("shop", "a"))?.Metadata.ResourceVersion);
        watch = await _server.BeginWatchAsync();
        await watch.SendAsync("DELETED", ScriptedRequest.Object("a", "8", more: Foreign));
        Assert.Equal(["-a1"], await ChangesAsync(1));
        watch.End();
        Assert.Equal("8", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task Several_namespaces_are_listed_and_watched_separately()
    {
        var informer = Start(new(["shop", "bar"]));
        var asked = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var request = await _server.NextAsync();
            asked.Add($"{request.Path} {request.IsWatch}");
            await (request.IsWatch ? request.BeginAsync() : request.AnswerListAsync("5", []));
        }
        await informer.Synced;
        Assert.Equal([
            "/api/v1/namespaces/bar/configmaps False", "/api/v1/namespaces/bar/configmaps True",
            "/api/v1/namespaces/shop/configmaps False", "/api/v1/namespaces/shop/configmaps True",
        ], asked.Order());
    }

    [Fact]
    public async Task Lists_events_and_bookmarks_are_progress_but_attempts_are_not()
    {
        var informer = Start();
        await _server.AnswerListAsync("5");
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("ADDED", Map("a", 6));
        await ChangesAsync(1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(1), informer.SinceProgress);
        await watch.SendBookmarkAsync("7");
        await watch.SendAsync("ADDED", Map("b", 8));
        await ChangesAsync(1);
        Assert.Equal(TimeSpan.Zero, informer.SinceProgress);
        watch.Abort();
        var since = TimeSpan.Zero;
        for (var i = 0; i < 3; i++)
        {
            since += await NextTryAsync();
            await (await _server.NextAsync()).RefuseAsync(500, "InternalError");
        }
        since += await NextTryAsync();
        var list = await _server.NextAsync();
        Assert.Equal(since, informer.SinceProgress);
        await list.AnswerListAsync("9", [Map("c", 9)]);
        await ChangesAsync(3);
        Assert.Equal(TimeSpan.Zero, informer.SinceProgress);
    }

    [Fact]
    public async Task A_failing_listener_does_not_stop_the_informer()
    {
        var informer = Start();
        informer.Changed += _ => throw new InvalidOperationException("A bug.");
        await _server.AnswerListAsync("5", Map("a", 1), Map("b", 2));
        await informer.Synced;
        Assert.Equal(["+a1", "+b2"], await ChangesAsync(2));
    }

    Informer<ConfigMap> Start(
        InformerScope? scope = null, bool isOptional = false, int maxPerNamespace = int.MaxValue,
        MemoryBudget? budget = null)
    {
        var informer = new Informer<ConfigMap>(
            _client, ResourceTypes.ConfigMaps, scope ?? new(), _clock, _log)
        {
            IsOptional = isOptional,
            MaxPerNamespace = maxPerNamespace,
            Budget = budget,
            SizeOf = map => map.Metadata.Name!.Length,
        };
        informer.ServedChanged += () => _changes.Writer.TryWrite(informer.IsServed ? "served" : "missing");
        informer.Changed += change => _changes.Writer.TryWrite(change switch
        {
            { Before: null, After: { Metadata: var after } } => $"+{after.Name}{after.ResourceVersion}",
            { Before: { Metadata: var before }, After: null } => $"-{before.Name}{before.ResourceVersion}",
            _ => $"{change.Key.Name}{change.Before!.Metadata.ResourceVersion}>{change.After!.Metadata.ResourceVersion}",
        });
        _running = informer.RunAsync(_ending.Token);
        return informer;
    }

    /// <summary>The question whether the server has reached a version; it has.</summary>
    async Task AnswerProbeAsync(string version)
    {
        var probe = await _server.NextAsync();
        Assert.Equal((version, "NotOlderThan", "1"),
            (probe.Query["resourceVersion"], probe.Query["resourceVersionMatch"], probe.Query["limit"]));
        await probe.AnswerListAsync("60", []);
    }

    /// <summary>The same question; it has not, in the words of a real server.</summary>
    async Task RefuseProbeAsync()
    {
        var probe = await _server.NextAsync();
        Assert.Equal("NotOlderThan", probe.Query["resourceVersionMatch"]);
        await probe.AnswerAsync(504, """
            {"kind":"Status","status":"Failure","message":"Timeout: Too large resource version: 50, current: 20",
            "reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge",
            "message":"Too large resource version"}],"retryAfterSeconds":1},"code":504}
            """);
    }

    static async Task FailAsync(ScriptedRequest watch, string failure)
    {
        if (failure == "500")
        {
            await watch.RefuseAsync(500, "InternalError");
            return;
        }
        await watch.BeginAsync();
        if (failure == "broken")
            watch.Abort();
        else
            await watch.SendErrorAsync(504, "Timeout");
    }

    async Task<TimeSpan> NextTryAsync()
    {
        await _log.NextAsync();
        return await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(31));
    }

    async Task<string[]> ChangesAsync(int count)
    {
        var changes = new string[count];
        for (var i = 0; i < count; i++)
            changes[i] = await _changes.Reader.ReadAsync();
        return changes;
    }

    static string Map(string name, int version, string? uid = null) => ScriptedRequest.Object(name, $"{version}", uid);
}
