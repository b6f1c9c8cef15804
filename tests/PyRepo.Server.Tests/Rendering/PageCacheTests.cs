using System.Buffers;
using PyRepo.Server.Caching;
using PyRepo.Server.Hosting;
using PyRepo.Server.Rendering;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Tests.Rendering;

public sealed class PageCacheTests
{
    static readonly PageKey _key = new(new UnavailableRepository(DateTimeOffset.UnixEpoch), "foo", "json", Gzip: false);
    readonly PageCache _store = new(new MemoryBudget(1 << 20));
    int _rendered;

    [Fact]
    public void A_page_is_rendered_on_the_first_request_and_then_cached()
    {
        Assert.Null(_store.Find(_key, "1"));
        var page = _store.GetOrRender(_key, "1", Render);
        Assert.Same(page, _store.GetOrRender(_key, "1", Render));
        Assert.Same(page, _store.Find(_key, "1"));
        Assert.Equal(1, _rendered);
    }

    [Fact]
    public void Concurrent_requests_share_one_rendering()
    {
        using var together = new Barrier(8);
        var pages = new RenderedPage[8];
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            pages[i] = _store.GetOrRender(_key, "1", Render);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(1, _rendered);
        Assert.Single(pages.Distinct());
    }

    [Fact]
    public void Pages_of_a_repository_that_is_no_longer_served_are_dropped()
    {
        var other = _key with { Repository = new UnavailableRepository(DateTimeOffset.UnixEpoch) };
        _store.GetOrRender(_key, "1", Render);
        var page = _store.GetOrRender(other, "1", Render);
        _store.RemoveOthers(new HashSet<IRepository> { other.Repository });
        Assert.Null(_store.Find(_key, "1"));
        Assert.Same(page, _store.Find(other, "1"));
    }

    [Fact]
    public void A_new_version_replaces_the_old_one()
    {
        _store.GetOrRender(_key, "1", Render);
        var page = _store.GetOrRender(_key, "2", Render);
        Assert.Null(_store.Find(_key, "1"));
        Assert.Same(page, _store.Find(_key, "2"));
    }

    [Fact]
    public void Formats_and_repositories_are_cached_separately()
    {
        PageKey[] keys =
        [
            _key, _key with { Format = "html" }, _key with { Gzip = true }, _key with { Subject = "bar" },
            _key with { Repository = new UnavailableRepository(DateTimeOffset.UnixEpoch) },
        ];
        var pages = keys.Select(key => _store.GetOrRender(key, "1", Render)).ToList();
        Assert.Equal(keys.Length, pages.Distinct().Count());
        Assert.Equal(pages, keys.Select(key => _store.Find(key, "1")));
    }

    [Fact]
    public void Without_memory_every_page_is_rendered_and_right()
    {
        var store = new PageCache(new MemoryBudget(1));
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in (string[])["foo", "bar"])
                Assert.Equal(1, store.GetOrRender(_key with { Subject = name }, "1", Render).Length);
        }
        Assert.Equal(6, _rendered);
    }

    RenderedPage Render()
    {
        Interlocked.Increment(ref _rendered);
        return RenderedPage.Render(writer => writer.Write("x"u8), "text/plain", gzip: false, serial: null);
    }
}
