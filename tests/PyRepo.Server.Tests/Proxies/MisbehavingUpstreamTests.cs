using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>An upstream that asks for more than it should get.</summary>
public sealed class MisbehavingUpstreamTests : IAsyncLifetime
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");
    static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(1);
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly MemoryBudget _budget = new(1 << 20);
    ScriptedIndex _index = null!;
    SimpleClient _client = null!;
    CachedRepository _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _index = await ScriptedIndex.StartAsync();
        _proxy = Open();
    }

    CachedRepository Open(bool isDiskFull = false)
    {
        IStore store = new DirectoryStore(_folder.Path);
        if (isDiskFull)
            store = new FullStore(store);
        _client = new SimpleClient(_index.Settings, _clock, NullLogger.Instance);
        return new CachedRepository(
            _client, store, new ProjectRecords(store, _budget, _clock), _budget,
            new CacheSettings { Times = new(_lifetime, _lifetime, _lifetime, TimeSpan.FromDays(7)) }, _clock,
            NullLogger.Instance, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _index.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("999999999", 60)]
    [InlineData("30", 30)]
    [InlineData("1", 5)]
    [InlineData("-5", 5)]
    [InlineData(null, 5)]
    public async Task A_Retry_After_holds_for_its_project_and_for_a_minute_at_most(string? retryAfter, int seconds)
    {
        _index.Answer = context => context.Request.Path.Value!.Contains("demo", StringComparison.Ordinal)
            ? ScriptedIndex.Status(context, 429, retryAfter) : ScriptedIndex.Page(context, 1, "1.0");
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync()).RetryAfter);
        Assert.IsType<ProjectAnswer.Known>(await GetAsync("other"));
        var asked = _index.Requests;
        _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
        Assert.Equal(asked, _index.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
        Assert.Equal(asked + 1, _index.Requests);
    }

    [Fact]
    public async Task While_upstream_fails_it_is_not_asked_for_its_list_by_every_client()
    {
        _index.Answer = context => ScriptedIndex.Status(context, 500);
        for (var i = 0; i < 10; i++)
            Assert.IsType<ProjectListAnswer.Unavailable>(await _proxy.ListProjectsAsync(default));
        Assert.Equal(1, _index.Requests);
    }

    [Fact]
    public async Task An_upstream_that_hangs_up_on_everybody_is_left_alone_until_a_probe_is_answered()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        Assert.IsType<ProjectAnswer.Known>(await GetAsync());
        _index.Answer = HangUp;
        var asked = _index.Requests;
        for (var i = 0; i < 30; i++)
            Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync($"name-{i}"));
        // Three names, and the probe.
        Assert.Equal(asked + 4, _index.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync("one-more"));
        Assert.Equal(asked + 5, _index.Requests);
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<ProjectAnswer.Known>(await GetAsync("other"));
    }

    [Theory]
    [InlineData("/demo/", "HEAD /simple/demo/")]
    [InlineData("/simple/", "HEAD /simple/")]
    public async Task Upstream_is_probed_by_a_name_that_worked_or_the_root_and_never_by_a_callers_choice(
        string works, string probe)
    {
        var seen = new ConcurrentQueue<string>();
        _index.Answer = context =>
        {
            seen.Enqueue($"{context.Request.Method} {context.Request.Path}");
            return context.Request.Path.Value!.EndsWith(works, StringComparison.Ordinal)
                ? ScriptedIndex.Page(context, 1, "1.0") : HangUp(context);
        };
        await GetAsync();
        for (var i = 0; i < 5; i++)
            Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync($"name-{i}"));
        await Eventually.IsAsync("it is probed", () => Task.FromResult(seen.Contains(probe)));
        Assert.Single(seen, request => request.StartsWith("HEAD", StringComparison.Ordinal));
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync($"more-{i}"));
            Assert.Contains($"GET /simple/more-{i}/", seen);
        }
    }

    [Fact]
    public async Task Names_that_failed_to_load_are_dropped_like_any_others()
    {
        _index.Answer = context => ScriptedIndex.Status(context, 500);
        for (var i = 0; i < 5000; i++)
            await GetAsync($"name-{i}");
        Assert.InRange(_budget.Used, 1, 1 << 20);
        Assert.InRange(_proxy.ProjectsInMemory, 1, 1000);
    }

    [Fact]
    public async Task A_lagging_mirror_takes_no_release_away_but_a_restored_upstream_does_after_some_minutes()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 20, "1.0", "2.0");
        Assert.Equal(2, await CountAsync());
        _index.Answer = context => ScriptedIndex.Page(context, 10, "1.0");
        _clock.Advance(_lifetime);
        Assert.Equal(2, await CountAsync());
        _clock.Advance(ServerLimits.MaxMirrorLag - TimeSpan.FromSeconds(1));
        Assert.Equal(2, await CountAsync());
        _clock.Advance(_lifetime);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_mirror_that_lags_now_and_then_never_takes_a_release_away()
    {
        for (var i = 0; i < 10; i++)
        {
            var serial = i % 2 == 0 ? 20 : 10;
            _index.Answer = context => ScriptedIndex.Page(context, serial, serial == 20 ? ["1.0", "2.0"] : ["1.0"]);
            Assert.Equal(2, await CountAsync());
            _clock.Advance(_lifetime * 2);
        }
    }

    [Fact]
    public async Task Wrong_file_URLs_cost_upstream_one_request_each_and_few_in_total()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        await GetAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        var asked = _index.Requests;
        for (var i = 0; i < 3; i++)
            await OpenAsync("demo-1.0.tar.gz", "0123456789abcdef");
        Assert.Equal(asked + 1, _index.Requests);
        for (var i = 0; i < 500; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await OpenAsync($"demo-{i}.zip", null);
        }
        Assert.InRange(_index.Requests, asked + 1, asked + 1 + ServerLimits.MaxMissedFiles);
        // In its turn, the page is read again all the same.
        _clock.Advance(_lifetime);
        asked = _index.Requests;
        await GetAsync();
        Assert.Equal(asked + 1, _index.Requests);
    }

    [Fact]
    public async Task A_file_of_a_name_that_upstream_does_not_know_costs_it_one_request()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        await GetAsync("other");
        _index.Answer = context => ScriptedIndex.Status(context, 404);
        var asked = _index.Requests;
        await OpenAsync("demo-1.0.tar.gz", null);
        Assert.Equal(asked + 1, _index.Requests);
    }

    [Fact]
    public async Task An_upstream_that_proves_nothing_is_probed_once_for_all_names_until_it_may_be_asked_again()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.True(Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync($"name-{i}")).IsUnprovedAbsence);
            Assert.Equal(i + 2, _index.Requests); // Each page, and the list.
        }
    }

    [Fact]
    public async Task A_known_name_is_absent_if_another_page_exists_which_is_requested_once()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        await GetAsync("other");
        await GetAsync();
        _index.Answer = ScriptedIndex.WithList(context =>
            context.Request.Path.Value!.Contains("demo", StringComparison.Ordinal)
                ? ScriptedIndex.Status(context, 404)
                : ScriptedIndex.Page(context, 1, "1.0"));
        _clock.Advance(_lifetime);
        var asked = _index.Requests;
        for (var i = 0; i < 3; i++)
            Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync());
        Assert.Equal(asked + 2, _index.Requests); // Its page, and the other.
        _clock.Advance(_lifetime);
        _index.Answer = ScriptedIndex.WithList(context => ScriptedIndex.Status(context, 404));
        for (var i = 0; i < 3; i++)
            Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
        Assert.Equal(asked + 4, _index.Requests);
        Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync("unseen"));
    }

    [Fact]
    public async Task A_name_is_absent_only_as_long_as_upstream_has_answered_something_else()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        await GetAsync("other");
        _index.Answer = context => ScriptedIndex.Status(context, 404);
        _clock.Advance(_lifetime / 2);
        Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync());
        _clock.Advance(_lifetime / 2);
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
        _clock.Advance(_lifetime);
        _index.Answer = ScriptedIndex.WithList(context => ScriptedIndex.Status(context, 404));
        Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync());
    }

    [Fact]
    public async Task A_file_added_upstream_after_the_page_was_read_is_found()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        await GetAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));
        _index.Answer = context => context.Request.Path.Value!.StartsWith("/files/", StringComparison.Ordinal)
            ? context.Response.WriteAsync("bytes") : ScriptedIndex.Page(context, 2, "1.0", "2.0");
        Assert.IsType<OpenAnswer.Found>(await OpenAsync("demo-2.0.tar.gz", null));
        await Eventually.IsAsync("it is cached", async () =>
            await OpenAsync("demo-2.0.tar.gz", null) is OpenAnswer.Found { Cache: CacheOutcome.Hit });
    }

    [Fact]
    public async Task A_page_that_a_firewall_refuses_stays_and_an_unknown_name_is_not_found()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        Assert.Equal(1, await CountAsync());
        _index.Answer = ScriptedIndex.WithList(context => ScriptedIndex.Status(context, 403));
        _clock.Advance(_lifetime);
        var stale = Assert.IsType<ProjectAnswer.Known>(await GetAsync());
        Assert.NotNull(stale.Snapshot.StaleSince);
        Assert.Single(stale.Snapshot.Files);
        Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync("unseen"));
    }

    [Fact]
    public async Task A_project_whose_page_was_evicted_is_not_missing_while_a_firewall_refuses_it()
    {
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        Assert.Equal(1, await CountAsync());
        _proxy.Settings = _proxy.Settings with { MaxSize = 0 };
        await _proxy.Files.EvictAsync();
        Assert.False(_proxy.CachedPages.Contains("upstream/demo.json"));
        await _proxy.DisposeAsync();
        _proxy = Open();
        await _proxy.SeenProjects.ReadAsync(default);
        _index.Answer = ScriptedIndex.WithList(context => ScriptedIndex.Status(context, 403));
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
        Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync("unseen"));
    }

    [Fact]
    public async Task A_project_whose_page_could_not_be_saved_is_not_missing_while_a_firewall_refuses_it()
    {
        await _proxy.DisposeAsync();
        _proxy = Open(isDiskFull: true);
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        Assert.Equal(1, await CountAsync());
        await ForgetAsync();
        _index.Answer = context => ScriptedIndex.Status(context, 403);
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
    }

    [Fact]
    public async Task Another_upstreams_page_is_neither_confirmed_nor_shown()
    {
        _index.Answer = context =>
        {
            context.Response.Headers.LastModified = "Wed, 01 Jan 2025 00:00:00 GMT";
            return ScriptedIndex.Page(context, 7, "1.0");
        };
        Assert.Equal(1, await CountAsync());
        await using var other = await ScriptedIndex.StartAsync();
        other.Answer = context => ScriptedIndex.Status(context, 500);
        _client.Use(other.Settings with { Fingerprint = "other" }, default);
        Assert.IsType<ProjectAnswer.Unavailable>(await GetAsync());
        _clock.Advance(TimeSpan.FromSeconds(5));
        // As some web servers answer whatever the date is.
        other.Answer = context => context.Request.Headers.IfModifiedSince.Count > 0
            ? ScriptedIndex.Status(context, 304) : ScriptedIndex.Page(context, 1, "1.0", "2.0");
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_request_during_a_change_of_upstream_is_answered_by_the_new_one()
    {
        var answers = new TaskCompletionSource();
        _index.Answer = async context =>
        {
            await answers.Task;
            await ScriptedIndex.Status(context, 404);
        };
        await using var other = await ScriptedIndex.StartAsync();
        other.Answer = ScriptedIndex.WithList(context => ScriptedIndex.Page(context, 1, "1.0"));
        var asking = GetAsync().AsTask();
        await Eventually.IsAsync("the first is asked", 1, () => Task.FromResult(_index.Requests));
        _client.Use(other.Settings with { Fingerprint = "other" }, default);
        answers.SetResult();
        Assert.IsType<ProjectAnswer.Known>(await asking);
    }

    [Fact]
    public async Task Missing_projects_are_requested_again_when_a_token_is_added()
    {
        _index.Answer = ScriptedIndex.WithList(context => ScriptedIndex.Status(context, 404));
        Assert.IsType<ProjectAnswer.NotKnown>(await GetAsync());
        _index.Answer = context => ScriptedIndex.Page(context, 1, "1.0");
        _client.Use(_index.Settings with { Fingerprint = "with a token" }, default);
        await GetAsync("other");
        Assert.IsType<ProjectAnswer.Known>(await GetAsync());
    }

    [Fact]
    public async Task Metadata_that_were_read_from_a_tail_stay_on_the_page_that_comes_from_the_disk()
    {
        await _proxy.DisposeAsync();
        await _index.DisposeAsync();
        _index = await ScriptedIndex.StartWithTlsAsync();
        _proxy = Open();
        var wheel = WheelFile.Make("demo", "1.0");
        _index.Answer = context =>
        {
            if (context.Request.Path.Value!.EndsWith('/'))
                return context.Request.Path.Value.EndsWith("/demo/", StringComparison.Ordinal)
                    ? PageOfWheel(context, coreMetadata: false) : ScriptedIndex.Status(context, 404);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes 0-{wheel.Length - 1}/{wheel.Length}";
            return context.Response.Body.WriteAsync(wheel).AsTask();
        };
        Assert.IsType<OpenAnswer.Found>(await OpenMetadataAsync());
        await ForgetAsync();
        Assert.IsType<OpenAnswer.Found>(await OpenMetadataAsync());
    }

    [Fact]
    public async Task Requests_whose_clients_left_a_silent_upstream_do_not_pile_up()
    {
        var silence = new TaskCompletionSource();
        _index.Answer = _ => silence.Task;
        var waiting = Enumerable.Range(0, ServerLimits.MaxConcurrentPageRequests + ServerLimits.MaxWaitingForTurns)
            .Select(i => GetAsync($"name-{i}").AsTask()).ToList();
        await Eventually.IsAsync("upstream is asked", ServerLimits.MaxConcurrentPageRequests,
            () => Task.FromResult(_index.Requests));
        // The others begin to wait in any order.
        var refused = Assert.IsType<ProjectAnswer.Unavailable>(await await Task.WhenAny(
            waiting.Concat(Enumerable.Range(0, 100).Select(i => GetAsync($"one-more-{i}").AsTask()))));
        Assert.Equal("Too many pages of upstream are being read.", refused.Reason);
        silence.SetResult();
        await Task.WhenAll(waiting);
    }

    static Task HangUp(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Asks for so many names that none of them stays in memory.</summary>
    async Task ForgetAsync()
    {
        var answer = _index.Answer;
        _index.Answer = context => context.Request.Path.Value!.Contains("/unknown-", StringComparison.Ordinal)
            ? ScriptedIndex.Status(context, 404) : answer(context);
        for (var i = 0; i < 600; i++)
            await GetAsync($"unknown-{i}");
    }

    static Task PageOfWheel(HttpContext context, bool coreMetadata)
    {
        var sha256 = Sha256Digest.HashData(WheelFile.Make("demo", "1.0"));
        var metadata = coreMetadata ? $$"""{ "sha256": "{{new string('0', 64)}}" }""" : "false";
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        return context.Response.WriteAsync($$"""
            { "meta": { "api-version": "1.1" }, "name": "demo", "files": [ {
              "filename": "{{WheelFile.GetName("demo", "1.0")}}", "url": "/files/1.0",
              "hashes": { "sha256": "{{sha256}}" }, "core-metadata": {{metadata}} } ] }
            """);
    }

    async Task<OpenAnswer> OpenMetadataAsync()
    {
        var answer = await _proxy.OpenAsync(
            new FileRequest(_demo, WheelFile.GetName("demo", "1.0"), null, FileContentKind.Metadata), default);
        if (answer is OpenAnswer.Found found)
            await found.Content.DisposeAsync();
        return answer;
    }

    ValueTask<ProjectAnswer> GetAsync(string project = "demo") =>
        _proxy.GetProjectAsync(ProjectName.Parse(project), null, default);

    async Task<int> CountAsync() => Assert.IsType<ProjectAnswer.Known>(await GetAsync()).Snapshot.Files.Count;

    async Task<OpenAnswer> OpenAsync(string fileName, string? hash)
    {
        var answer = await _proxy.OpenAsync(
            new FileRequest(_demo, fileName, hash, FileContentKind.Bytes) { IsForAllBytes = true }, default);
        if (answer is OpenAnswer.Found found)
            await found.Content.DisposeAsync();
        return answer;
    }
}
