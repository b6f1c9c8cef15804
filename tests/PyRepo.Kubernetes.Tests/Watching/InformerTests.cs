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

    public async Task InitializeAsync()
    {
        _server = await ScriptedApiServer.StartAsync();
        _client = Connections.ClientOf(_server, _clock);
    }

    public async Task DisposeAsync()
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _ending.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_listed_and_watched_is_kept_and_reported()
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
    public async Task After_410_one_list_tells_what_went_and_what_changed_and_nothing_else(bool inStream)
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
        Assert.Equal(["-gone1", "changed3>13", "-anew4", "+anew14", "+new15"], await ChangesAsync(5));
        var watch = await _server.BeginWatchAsync();
        Assert.Equal("20", watch.Query["resourceVersion"]);
        await watch.SendAsync("ADDED", Map("last", 21));
        Assert.Equal(["+last21"], await ChangesAsync(1));
        Assert.Equal(5, informer.All.Count);
    }

    [Fact]
    public async Task A_busy_server_is_watched_again_from_the_same_place_after_the_time_it_names()
    {
        Start();
        await _server.AnswerListAsync("5");
        await (await _server.NextAsync()).RefuseAsync(429, "TooManyRequests", "9");
        Assert.Equal(TimeSpan.FromSeconds(9), await _clock.AdvanceToTimerAsync(_anyWait));
        Assert.Equal("5", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_that_is_silent_for_90_seconds_is_begun_again_from_the_same_place()
    {
        var informer = Start();
        await _server.AnswerListAsync("5");
        var silent = await _server.BeginWatchAsync();
        await silent.SendAsync("ADDED", Map("a", 6));
        await ChangesAsync(1);
        var heard = informer.LastProgress;
        Assert.Equal(WatchStream<ConfigMap>.IdleDeadline, await _clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(4)));
        await silent.Left;
        Assert.Equal("6", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
        Assert.True(informer.LastProgress > heard);
    }

    [Fact]
    public async Task A_broken_connection_is_watched_again_from_the_same_place()
    {
        Start();
        await _server.AnswerListAsync("5");
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("ADDED", Map("a", 6));
        await watch.SendTextAsync("{\"type\":\"ADD");
        await ChangesAsync(1);
        watch.Abort();
        await _clock.AdvanceToTimerAsync(_anyWait);
        Assert.Equal("6", (await _server.BeginWatchAsync()).Query["resourceVersion"]);
    }

    [Fact]
    public async Task Watches_that_end_at_once_and_empty_are_not_begun_in_a_loop()
    {
        Start();
        await _server.AnswerListAsync("5");
        foreach (var most in (double[])[1.6, 3.2, 6.4])
        {
            (await _server.BeginWatchAsync()).End();
            Assert.InRange((await _clock.AdvanceToTimerAsync(_anyWait)).TotalSeconds, most / 2, most);
        }
        (await _server.BeginWatchAsync()).End();
    }

    [Fact]
    public async Task An_api_server_down_for_ten_minutes_is_found_again_within_30_seconds()
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
        watch = await _server.BeginWatchAsync();
        Assert.Equal("5", watch.Query["resourceVersion"]);
        await watch.SendAsync("MODIFIED", Map("a", 6));
        Assert.Equal(["a1>6"], await ChangesAsync(1));
    }

    [Fact]
    public async Task A_kind_that_is_not_there_yet_is_waited_for()
    {
        var informer = Start();
        await (await _server.NextAsync()).RefuseAsync(404, "NotFound");
        await _clock.AdvanceToTimerAsync(_anyWait);
        await _server.AnswerListAsync("5", Map("a", 1));
        await informer.Synced;
        Assert.Single(informer.All);
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
    public async Task Several_namespaces_are_listed_and_watched_each_for_itself()
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
    public async Task Events_bookmarks_and_attempts_are_progress_and_silence_is_none()
    {
        var informer = Start();
        await _server.AnswerListAsync("5");
        var watch = await _server.BeginWatchAsync();
        await watch.SendAsync("ADDED", Map("a", 6));
        await ChangesAsync(1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(1), _clock.GetUtcNow() - informer.LastProgress);
        await watch.SendBookmarkAsync("7");
        await watch.SendAsync("ADDED", Map("b", 8));
        await ChangesAsync(1);
        Assert.Equal(TimeSpan.Zero, _clock.GetUtcNow() - informer.LastProgress);
        watch.Abort();
        await NextTryAsync();
        await _server.NextAsync();
        Assert.Equal(TimeSpan.Zero, _clock.GetUtcNow() - informer.LastProgress);
    }

    [Fact]
    public async Task A_listener_that_fails_ends_nothing()
    {
        var informer = Start();
        informer.Changed += _ => throw new InvalidOperationException("A bug.");
        await _server.AnswerListAsync("5", Map("a", 1), Map("b", 2));
        await informer.Synced;
        Assert.Equal(["+a1", "+b2"], await ChangesAsync(2));
    }

    Informer<ConfigMap> Start(InformerScope? scope = null)
    {
        var informer = new Informer<ConfigMap>(
            _client, ResourceTypes.ConfigMaps, scope ?? new(), _clock, _log);
        informer.Changed += change => _changes.Writer.TryWrite(change switch
        {
            { Before: null, After: { Metadata: var after } } => $"+{after.Name}{after.ResourceVersion}",
            { Before: { Metadata: var before }, After: null } => $"-{before.Name}{before.ResourceVersion}",
            _ => $"{change.Key.Name}{change.Before!.Metadata.ResourceVersion}>{change.After!.Metadata.ResourceVersion}",
        });
        _running = informer.RunAsync(_ending.Token);
        return informer;
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
