using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Server.Access;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Advisories;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Proxies.Advisories;

public sealed class AdvisoryFeedTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    DirectoryStore _store = null!;
    ScriptedIndex _index = null!;

    public async ValueTask InitializeAsync()
    {
        _store = new DirectoryStore(_folder.Folder("store"));
        _index = await ScriptedIndex.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_feed_reads_a_URL_and_asks_whether_it_changed()
    {
        _index.Answer = context => SendAsync(context, "\"1\"", Json());
        using var feed = Feed();
        Assert.Null(feed.Current);
        Assert.True(await feed.RefreshAsync(default));
        var first = feed.Current;
        Assert.Equal(1, first!.Count);
        Assert.Equal(_clock.GetUtcNow(), feed.LastSuccess);

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await feed.RefreshAsync(default));
        Assert.Same(first, feed.Current);
        Assert.Equal(_clock.GetUtcNow(), feed.LastSuccess);

        _index.Answer = context => SendAsync(context, "\"2\"", Json("A"), Json("B"));
        Assert.True(await feed.RefreshAsync(default));
        Assert.Equal(2, feed.Current!.Count);
        Assert.Equal(3, _index.Requests);
    }

    [Fact]
    public async Task A_new_feed_has_the_last_good_copy_and_its_validators()
    {
        _index.Answer = context => SendAsync(context, "\"1\"", Json());
        using (var before = Feed())
            await before.RefreshAsync(default);
        using var feed = Feed();
        await feed.OpenAsync(default);
        var current = feed.Current;
        Assert.Equal(1, current!.Count);
        Assert.Null(feed.LastSuccess);

        string? asked = null;
        _index.Answer = context =>
        {
            asked = context.Request.Headers.IfNoneMatch;
            return ScriptedIndex.Status(context, 304);
        };
        Assert.True(await feed.RefreshAsync(default));
        Assert.Equal("\"1\"", asked);
        Assert.Same(current, feed.Current);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(403, "")]
    [InlineData(304, "")]
    [InlineData(200, "")]
    [InlineData(200, "<html>Log in</html>")]
    [InlineData(200, "[]")]
    [InlineData(200, """[{ "id": "X" }]""")]
    [InlineData(200, "PK\u0003\u0004")]
    public async Task An_invalid_database_does_not_replace_the_good_one(int status, string body)
    {
        _index.Answer = context => SendAsync(context, null, Json());
        using var feed = Feed();
        await feed.RefreshAsync(default);
        _index.Answer = async context =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0)
                await context.Response.WriteAsync(body);
        };
        Assert.False(await feed.RefreshAsync(default));
        Assert.NotNull(feed.Failure);
        Assert.Equal(1, feed.Current!.Count);
        using var restarted = Feed();
        await restarted.OpenAsync(default);
        Assert.Equal(1, restarted.Current!.Count);

        _index.Answer = context => SendAsync(context, null, Json("A"), Json("B"));
        Assert.True(await feed.RefreshAsync(default));
        Assert.Null(feed.Failure);
        Assert.Equal(2, feed.Current!.Count);
    }

    [Fact]
    public async Task A_truncated_body_is_not_used()
    {
        _index.Answer = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync(Json()[..50]);
            context.Abort();
        };
        using var feed = Feed();
        Assert.False(await feed.RefreshAsync(default));
        Assert.Null(feed.Current);
        Assert.Null(await _store.StatAsync(Key, default));
    }

    [Fact]
    public async Task A_source_that_is_too_long_is_cut_off()
    {
        _index.Answer = async context =>
        {
            var spaces = new byte[1 << 20];
            for (var sent = 0; sent <= ServerLimits.MaxAdvisoriesLength; sent += spaces.Length)
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
        };
        using var feed = Feed();
        Assert.False(await feed.RefreshAsync(default));
        Assert.Contains("256 MiB", feed.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metadata_address_is_never_asked()
    {
        using var feed = Feed(_index.Settings with { Url = new Uri("http://169.254.169.254/all.zip") });
        Assert.False(await feed.RefreshAsync(default));
        Assert.Contains("never allowed", feed.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_URL_may_not_redirect_to_a_metadata_address()
    {
        _index.Answer = context =>
        {
            context.Response.Redirect("http://169.254.169.254/all.zip");
            return Task.CompletedTask;
        };
        using var feed = Feed();
        Assert.False(await feed.RefreshAsync(default));
        Assert.Contains("never allowed", feed.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_bytes_are_not_stored_again()
    {
        _index.Answer = context => SendAsync(context, null, Json());
        using var feed = Feed();
        await feed.RefreshAsync(default);
        var stored = await _store.StatAsync(Key, default);
        var current = feed.Current;
        Assert.True(await feed.RefreshAsync(default));
        Assert.Same(current, feed.Current);
        Assert.Equal(stored, await _store.StatAsync(Key, default));
    }

    [Fact]
    public async Task A_copy_of_another_source_is_not_used_and_goes_when_there_is_a_new_one()
    {
        _index.Answer = context => SendAsync(context, null, Json());
        using (var other = Feed(_index.Settings with { Url = new Uri(_index.Settings.Url, "other.zip") }))
            await other.RefreshAsync(default);
        using var feed = Feed();
        await feed.OpenAsync(default);
        Assert.Null(feed.Current);
        await feed.RefreshAsync(default);
        var keys = new List<string>();
        await foreach (var found in ((IStore)_store).ListAsync("advisories/", null, default))
            keys.Add(found.Key);
        Assert.Equal([$"advisories/{Fingerprint}.json", $"advisories/{Fingerprint}.osv"], keys);
    }

    [Fact]
    public async Task A_full_disk_does_not_keep_a_database_from_being_used()
    {
        _index.Answer = context => SendAsync(context, "\"1\"", Json());
        using (var before = Feed())
            await before.RefreshAsync(default);
        var refusing = new CommitRefusingStore(_store);
        using var feed = new AdvisoryFeed(new AdvisoryUrl(Settings, _clock), refusing, _clock, NullLogger.Instance);
        await feed.OpenAsync(default);
        _index.Answer = context => SendAsync(context, "\"2\"", Json("A"), Json("B"));
        Assert.False(await feed.RefreshAsync(default));
        Assert.Equal(2, feed.Current!.Count);
        Assert.NotNull(feed.Failure);

        refusing.Refuses = false;
        Assert.True(await feed.RefreshAsync(default));
        using var restarted = Feed();
        await restarted.OpenAsync(default);
        Assert.Equal(2, restarted.Current!.Count);
    }

    [Fact]
    public async Task A_broken_copy_is_replaced()
    {
        _index.Answer = context => SendAsync(context, "\"1\"", Json());
        using var feed = Feed();
        await feed.RefreshAsync(default);
        File.WriteAllText(Path.Combine(_folder["store"], Key), "PK, but nothing else");
        using var restarted = Feed();
        await restarted.OpenAsync(default);
        Assert.Null(restarted.Current);
        Assert.NotNull(restarted.Failure);
        Assert.True(await restarted.RefreshAsync(default));
        Assert.Equal(1, restarted.Current!.Count);
    }

    [Fact]
    public async Task A_file_is_read_again_when_its_time_or_length_changes()
    {
        var path = _folder.Write("osv.json", Json());
        using var feed = new AdvisoryFeed(new AdvisoryFile(path), _store, _clock, NullLogger.Instance);
        Assert.True(await feed.RefreshAsync(default));
        var first = feed.Current;
        Assert.Equal(1, first!.Count);
        Assert.True(await feed.RefreshAsync(default));
        Assert.Same(first, feed.Current);
        File.WriteAllText(path, $"[{Json("A")},{Json("B")}]");
        Assert.True(await feed.RefreshAsync(default));
        Assert.Equal(2, feed.Current!.Count);
        File.Delete(path);
        Assert.False(await feed.RefreshAsync(default));
        Assert.Equal(2, feed.Current.Count);
    }

    [Fact]
    public async Task Replicas_that_share_a_store_fetch_at_once()
    {
        _index.Answer = context => SendAsync(context, "\"1\"", Json());
        using var one = Feed();
        using var other = Feed();
        var succeeded = await Task.WhenAll(one.RefreshAsync(default), other.RefreshAsync(default));
        Assert.True(succeeded.All(each => each), $"{one.Failure} {other.Failure} {_store.Failures.Last}");
        Assert.Equal(one.Current!.Version, other.Current!.Version);
        using var restarted = Feed();
        await restarted.OpenAsync(default);
        Assert.Equal(one.Current.Version, restarted.Current!.Version);
    }

    [Fact]
    public async Task A_token_for_the_upstream_is_not_sent()
    {
        string? authorization = "none was asked";
        _index.Answer = context =>
        {
            authorization = context.Request.Headers.Authorization;
            return SendAsync(context, null, Json());
        };
        var tokens = new MemberTokens("secret"u8.ToArray(), null, _clock);
        using var feed = Feed(
            Settings with { Member = new MemberAuthentication(tokens, "packages/team", Settings.Url) });
        Assert.True(await feed.RefreshAsync(default));
        Assert.Null(authorization);
    }

    [Fact]
    public async Task A_canceled_pass_is_not_a_failure()
    {
        using var feed = Feed();
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feed.RefreshAsync(canceled.Token));
        Assert.Null(feed.Failure);
    }

    UpstreamSettings Settings => _index.Settings with { Url = new Uri(_index.Settings.Url, "all.zip") };

    string Fingerprint => new AdvisoryUrl(Settings, _clock).Fingerprint;

    string Key => $"advisories/{Fingerprint}.osv";

    AdvisoryFeed Feed(UpstreamSettings? settings = null) =>
        new(new AdvisoryUrl(settings ?? Settings, _clock), _store, _clock, NullLogger.Instance);

    /// <summary>Answers with a zip file, or that it has not changed.</summary>
    static async Task SendAsync(HttpContext context, string? tag, params string[] documents)
    {
        context.Response.Headers.ETag = tag;
        if (tag is not null && context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = 304;
            return;
        }
        using var zip = Zip(documents);
        context.Response.ContentLength = zip.Length;
        await zip.CopyToAsync(context.Response.Body);
    }
}
