using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class CachedDocumentsTests : IDisposable
{
    const int Block = 4096;
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly DirectoryStore _store;
    readonly CacheEntries _entries;
    readonly CachedDocuments _pages;

    public CachedDocumentsTests()
    {
        _store = new DirectoryStore(_folder.Path);
        (_entries, _pages) = Open();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pages_count_to_the_size_by_the_blocks_that_they_take()
    {
        for (var i = 0; i < 10; i++)
            await SaveAsync($"p{i}", 100);
        Assert.Equal(10 * Block, _entries.Size);
        await SaveAsync("p0", Block + 1);
        Assert.Equal(11 * Block, _entries.Size);
    }

    [Fact]
    public async Task The_least_recently_used_page_is_evicted_first()
    {
        var (one, two, three) = (await SaveAsync("one", 1), await SaveAsync("two", 1), await SaveAsync("three", 1));
        _clock.Advance(TimeSpan.FromHours(1));
        _pages.Use(one);
        _clock.Advance(TimeSpan.FromHours(1));
        _pages.Use(three);
        await _entries.EvictAsync(() => (2 * Block) + 1000);
        Assert.Null(await _store.StatAsync(two, default));
        Assert.False(_pages.Contains(two));
        await _entries.EvictAsync(() => Block + 1000);
        Assert.Null(await _store.StatAsync(one, default));
        Assert.NotNull(await _store.StatAsync(three, default));
    }

    [Fact]
    public async Task No_more_is_evicted_once_a_download_has_released_its_space()
    {
        foreach (var name in (string[])["one", "two", "three"])
            await SaveAsync(name, 1);
        await _entries.EvictAsync(() => _entries.Size < 3 * Block ? 3 * Block : Block);
        Assert.Equal(2 * Block, _entries.Size);
    }

    [Fact]
    public async Task On_a_full_disk_pages_are_evicted_and_their_names_saved_once_there_is_space()
    {
        var keys = new List<string>();
        foreach (var name in (string[])["one", "two", "three"])
            keys.Add(await SaveAsync(name, 1));
        var store = new FullStore(_store);
        var (seen, entries) = (new SeenProjects(store), new CacheEntries(_clock, NullLogger.Instance));
        await new CachedDocuments(entries, seen, store, new PageSlots(1 << 20, 1), _clock).ReadAsync(default);
        await entries.EvictAsync(() => Block + 1000);
        Assert.Equal(Block, entries.Size);
        var next = new SeenProjects(_store);
        await next.ReadAsync(default);
        Assert.All(keys, key => Assert.True(
            StorageLayout.TryParseUpstreamPage(key, out var project) && next.Contains(project)));
    }

    [Fact]
    public async Task The_pages_of_the_last_process_count_and_their_uses_are_known()
    {
        var (one, two) = (await SaveAsync("one", 1), await SaveAsync("two", 1));
        _clock.Advance(TimeSpan.FromHours(1));
        _pages.Use(one);
        await new CacheUsage(_entries, _store, _clock).WriteAsync("0", default);
        var (entries, pages) = Open();
        await pages.ReadAsync(default);
        await new CacheUsage(entries, _store, _clock).ReadAsync(default);
        Assert.Equal(2 * Block, entries.Size);
        await entries.EvictAsync(() => Block + 1000);
        Assert.Null(await _store.StatAsync(two, default));
        Assert.NotNull(await _store.StatAsync(one, default));
    }

    (CacheEntries Entries, CachedDocuments Pages) Open()
    {
        var entries = new CacheEntries(_clock, NullLogger.Instance);
        return (entries,
            new CachedDocuments(entries, new SeenProjects(_store), _store, new PageSlots(1 << 20, 1), _clock));
    }

    async Task<string> SaveAsync(string project, int length)
    {
        var key = StorageLayout.UpstreamPage(ProjectName.Parse(project));
        await using var staged = await _store.StageAsync(null, null, default);
        await staged.AppendAsync(new byte[length], default);
        await _store.CommitAsync(staged, key, WriteCondition.None, default);
        _pages.Register(key, length);
        return key;
    }
}
