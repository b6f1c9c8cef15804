using System.Buffers;
using System.Text;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Tests.Endpoints.Rendering;

public sealed class RenderedPageCacheTests
{
    static readonly PageKey _key = new(new UnavailableRepository(DateTimeOffset.UnixEpoch), "foo", "json", Gzip: false);
    readonly MemoryBudget _budget = new(1 << 20);
    readonly RenderedPageCache _store;
    int _rendered;

    public RenderedPageCacheTests() => _store = new(_budget, WorkGate.Shared);

    [Fact]
    public async Task A_page_is_rendered_on_the_first_request_and_then_cached()
    {
        Assert.Null(Find(_key, "1"));
        var page = await RenderAsync(_key, "1");
        Assert.Same(page, await RenderAsync(_key, "1"));
        Assert.Same(page, Find(_key, "1"));
        Assert.Equal(1, _rendered);
    }

    [Fact]
    public async Task Concurrent_requests_share_one_rendering()
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RenderAsync(_key, "1"))));
        Assert.Equal(1, _rendered);
        Assert.Single(pages.Distinct());
    }

    [Fact]
    public async Task A_page_with_absolute_links_is_rendered_once_and_kept_for_the_last_base_url()
    {
        var first = await RenderAsync(_key, "1", "http://a.example/");
        Assert.Same(first, await RenderAsync(_key, "1", "http://a.example/"));
        Assert.Equal("x http://a.example/", Encoding.UTF8.GetString(PageBytes.From(first)));
        var used = _budget.Used;
        for (var i = 0; i < 100; i++)
        {
            var page = await RenderAsync(_key, "1", $"http://{(char)('b' + (i % 20))}.example/");
            Assert.Equal(first.Length, page.Length);
        }
        Assert.Equal((1, used), (_rendered, _budget.Used));
        Assert.Null(_store.Find(_key, "1", () => "http://a.example/"));
    }

    [Fact]
    public async Task A_page_that_another_request_rendered_since_it_was_looked_for_is_not_rendered_again()
    {
        const string Url = "http://a.example/";
        Task<RenderedPage>? other = null;
        string UrlAfterAnother()
        {
            other ??= RenderAsync(_key, "1", Url);
            SpinWait.SpinUntil(() => other.IsCompleted);
            return Url;
        }
        var page = await _store.GetOrRenderAsync(_key, "1", Content(Url), UrlAfterAnother, CancellationToken.None);
        Assert.Same(await other!, page);
    }

    [Fact]
    public async Task Pages_of_a_repository_that_is_no_longer_served_are_dropped()
    {
        var other = _key with { Repository = new UnavailableRepository(DateTimeOffset.UnixEpoch) };
        await RenderAsync(_key, "1");
        var page = await RenderAsync(other, "1");
        _store.RemoveOthers(new HashSet<IRepository> { other.Repository });
        Assert.Null(Find(_key, "1"));
        Assert.Same(page, Find(other, "1"));
    }

    [Fact]
    public async Task A_new_version_replaces_the_old_one()
    {
        await RenderAsync(_key, "1");
        var page = await RenderAsync(_key, "2");
        Assert.Null(Find(_key, "1"));
        Assert.Same(page, Find(_key, "2"));
    }

    [Fact]
    public async Task Formats_and_repositories_are_cached_separately()
    {
        PageKey[] keys =
        [
            _key, _key with { Format = "html" }, _key with { Gzip = true }, _key with { Subject = "bar" },
            _key with { Repository = new UnavailableRepository(DateTimeOffset.UnixEpoch) },
        ];
        var pages = await Task.WhenAll(keys.Select(key => RenderAsync(key, "1")));
        Assert.Equal(keys.Length, pages.Distinct().Count());
        Assert.Equal(pages, keys.Select(key => Find(key, "1")));
    }

    [Fact]
    public async Task Without_memory_every_page_is_rendered_and_right()
    {
        var store = new RenderedPageCache(new MemoryBudget(1), WorkGate.Shared);
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in (string[])["foo", "bar"])
            {
                var key = _key with { Subject = name };
                Assert.Equal(1, (await store.GetOrRenderAsync(key, "1", Content(), () => "", default)).Length);
            }
        }
        Assert.Equal(6, _rendered);
    }

    [Fact]
    public async Task Pages_in_files_take_room_of_their_own_from_which_the_least_recently_used_go()
    {
        var store = new RenderedPageCache(_budget, WorkGate.Shared, lengthOfFiles: 5 << 20);
        var content = new PageContent("text/plain", writer => writer.Write(new byte[2 << 20])) { Length = 2 << 20 };
        foreach (var version in (string[])["1", "2", "3"])
        {
            var page = await store.GetOrRenderAsync(
                _key with { Subject = version }, version, content, () => "", default);
            Assert.NotNull(page.File);
        }
        RenderedPage? Find(string version) => store.Find(_key with { Subject = version }, version, () => "");
        Assert.Equal(2, new[] { "1", "2", "3" }.Count(version => Find(version) is not null));
        Assert.NotNull(Find("3"));
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task A_page_that_becomes_long_or_short_is_kept_once()
    {
        var store = new RenderedPageCache(_budget, WorkGate.Shared);
        foreach (var (version, length) in ((string, int)[])[("1", 10), ("2", 2 << 20), ("3", 10)])
        {
            var content = new PageContent("text/plain", writer => writer.Write(new byte[length])) { Length = length };
            var page = await store.GetOrRenderAsync(_key, version, content, () => "", default);
            Assert.Equal(length > 10, page.File is not null);
            Assert.Same(page, store.Find(_key, version, () => ""));
        }
    }

    RenderedPage? Find(PageKey key, string version) => _store.Find(key, version, () => "");

    Task<RenderedPage> RenderAsync(PageKey key, string version, string? baseUrl = null) =>
        _store.GetOrRenderAsync(key, version, Content(baseUrl), () => baseUrl ?? "", CancellationToken.None);

    PageContent Content(string? baseUrl = null) => new("text/plain", writer =>
    {
        Interlocked.Increment(ref _rendered);
        writer.Write(Encoding.UTF8.GetBytes(baseUrl is null ? "x" : $"x {BaseUrlMarker.Text}"));
    })
    {
        Length = 1,
        HasBaseUrl = baseUrl is not null,
    };
}
