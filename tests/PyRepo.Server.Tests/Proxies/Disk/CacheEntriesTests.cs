using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Disk;

public sealed class CacheEntriesTests
{
    readonly FakeClock _clock = new();
    readonly CacheEntries _entries;
    readonly List<string> _deleted = [];

    public CacheEntriesTests() => _entries = new CacheEntries(_clock, NullLogger.Instance);

    [Fact]
    public async Task Beyond_the_number_of_objects_each_new_one_evicts_the_one_that_was_used_the_longest_time_ago()
    {
        for (var i = 0; i < ServerLimits.MaxCachedObjects; i++)
            Add($"{i}");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Use("0");
        for (var i = 0; i < 1000; i++)
        {
            Add($"new-{i}");
            await _entries.EvictAsync(() => long.MaxValue);
        }
        Assert.Equal(ServerLimits.MaxCachedObjects, _entries.Count);
        Assert.Equal(1000, _deleted.Count);
        Assert.Equal(1000, _entries.EvictedForCount);
        Assert.NotNull(_entries.Find("0"));
        Assert.All(_deleted, key => Assert.DoesNotContain("new", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_mirrored_counts_to_the_size_alone_and_is_never_evicted()
    {
        Mirror("m");
        for (var i = 0; i <= ServerLimits.MaxCachedObjects; i++)
            Add($"m{i}");
        Add("other");
        await _entries.EvictAsync(() => long.MaxValue);
        Assert.NotNull(_entries.Find("other"));
        Assert.Equal(1, _entries.Count);
        Assert.Equal(ServerLimits.MaxCachedObjects + 1, _entries.Mirrored.Count);
        Assert.Equal(10 * (ServerLimits.MaxCachedObjects + 2L), _entries.Size);
        await _entries.EvictAsync(() => 100);
        Assert.Equal(["other"], _deleted);
        _entries.Remove("m7", 10);
        Assert.Equal(10L * ServerLimits.MaxCachedObjects, _entries.Mirrored.Size);
    }

    [Fact]
    public async Task What_is_no_longer_mirrored_is_found_by_a_count_and_may_be_evicted()
    {
        Add("m1");
        Mirror("m");
        Assert.False(_entries.IsCountDue);
        Add("m2");
        Add("n1");
        Mirror("n");
        Assert.True(_entries.IsCountDue);
        await _entries.CountAsync(() =>
        {
            foreach (var key in (string[])["m1", "m2", "n1"])
                _entries.Register(key, new Entry(this));
            return Task.CompletedTask;
        });
        Assert.False(_entries.IsCountDue);
        Assert.Equal((2, 1, 30), (_entries.Count, _entries.Mirrored.Count, _entries.Size));
        await _entries.EvictAsync(() => 10);
        Assert.Equal(["m1", "m2"], _deleted.Order());
    }

    [Fact]
    public async Task A_count_that_fails_is_still_due_and_changes_nothing()
    {
        Mirror("m");
        Add("m1");
        await Assert.ThrowsAsync<IOException>(() => _entries.CountAsync(() => throw new IOException("down")));
        Assert.True(_entries.IsCountDue);
        Assert.Equal((1, 10), (_entries.Mirrored.Count, _entries.Mirrored.Size));
    }

    [Fact]
    public async Task What_is_read_or_cannot_be_deleted_stays_and_others_go()
    {
        var read = new Entry(this);
        _entries.Add("read", read);
        read.Acquire(_clock.GetUtcNow());
        _entries.Add("stuck", new Entry(this) { Failure = new InvalidDataException("damaged") });
        Add("third");
        await _entries.EvictAsync(() => 5);
        Assert.Equal(["third"], _deleted);
        Assert.Equal(20, _entries.Size);
        read.Release();
        await _entries.EvictAsync(() => 5);
        Assert.Equal(["third", "read"], _deleted);
    }

    [Fact]
    public async Task After_a_failure_of_the_store_the_next_eviction_goes_on()
    {
        var failing = new Entry(this) { Failure = new IOException("down") };
        _entries.Add("one", failing);
        await Assert.ThrowsAsync<IOException>(() => _entries.EvictAsync(() => 5));
        Assert.Equal(10, _entries.Size);
        failing.Failure = null;
        await _entries.EvictAsync(() => 5);
        Assert.Equal(["one"], _deleted);
    }

    [Fact]
    public async Task Objects_that_are_replaced_again_and_again_go_once()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _entries.Remove("page");
            Add("page");
        }
        Assert.Equal(10, _entries.Size);
        await _entries.EvictAsync(() => 5);
        Assert.Equal(["page"], _deleted);
    }

    void Add(string key)
    {
        _entries.Add(key, new Entry(this));
        Use(key);
    }

    void Use(string key) => _entries.Find(key)?.Use(_clock.GetUtcNow());

    void Mirror(string prefix) => _entries.Settings = _entries.Settings with { Mirrored = new Prefix(prefix) };

    sealed class Entry(CacheEntriesTests test) : CacheEntry(10)
    {
        public Exception? Failure { get; set; }

        public override Task DeleteAsync(string key)
        {
            if (Failure is not null)
                throw Failure;
            test._deleted.Add(key);
            return Task.CompletedTask;
        }
    }

    sealed class Prefix(string prefix) : IMirrored
    {
        public string Version => prefix;

        public bool Contains(string key) => key.StartsWith(prefix, StringComparison.Ordinal);

        public Task<IReadOnlyList<ProjectName>> ReadNamesAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ProjectName>>([]);
    }
}
