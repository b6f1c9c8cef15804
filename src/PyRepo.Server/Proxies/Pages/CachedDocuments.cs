using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// The pages and metadata files that a proxy has on its disk. They count to the size of the cache like the files, and
/// go like them.
/// </summary>
sealed class CachedDocuments(
    CacheEntries entries, SeenProjects seen, IStore store, PageSlots slots, TimeProvider clock)
{
    /// <summary>The minimum size of an object on a disk, in bytes.</summary>
    const long BlockSize = 4096;

    long _serial;

    /// <summary>The projects that upstream once had.</summary>
    public SeenProjects Seen => seen;

    /// <summary>How the proxy caches.</summary>
    public CacheSettings Settings => entries.Settings;

    /// <summary>The pages that are being written after they were served.</summary>
    public PageWrites Writes { get; } = new();

    /// <summary>Whether an object is there, as far as is known. Of what a mirror keeps, only the store knows.</summary>
    public bool Contains(string key) => entries.Find(key) is not null;

    /// <summary>Whether a mirror keeps an object, so that it is not evicted.</summary>
    public bool IsMirrored(string key) => entries.IsMirrored(key);

    /// <summary>
    /// Returns a serial that no page of this proxy had before: what was rendered under one may still be in memory when
    /// its page, or the one on the disk, is gone, or when it could not be saved and an older one was read again.
    /// </summary>
    /// <param name="before">The serial of the page that is replaced, or 0.</param>
    public long NextSerial(long before)
    {
        while (true)
        {
            var last = Volatile.Read(ref _serial);
            var next = long.Max(clock.GetUtcNow().ToUnixTimeMilliseconds(), long.Max(last, before) + 1);
            if (Interlocked.CompareExchange(ref _serial, next, last) == last)
                return next;
        }
    }

    /// <summary>Registers an object that was written, or was read.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="before">The length of the one that it replaced, or its own if it was read; null: none.</param>
    public void Register(string key, long length, long? before = null)
    {
        var entry = GetEntry(key, length);
        if (before is { } replaced && entries.IsMirrored(key))
        {
            entries.Resize(entry.Size - GetSize(replaced));
            return;
        }
        entries.Remove(key);
        entries.Add(key, entry).Use(clock.GetUtcNow());
        entries.Changed();
    }

    /// <summary>Registers an object that is gone.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="length">The length that it had, or null if there was none.</param>
    public void Unregister(string key, long? length) => entries.Remove(key, length is { } had ? GetSize(had) : 0);

    /// <summary>Notes that an object is used.</summary>
    public void Use(string key)
    {
        if (entries.Find(key) is not { } entry)
            return;
        entry.Use(clock.GetUtcNow());
        entries.Changed();
    }

    /// <summary>The projects whose pages are there, with the one first that was used last.</summary>
    public IEnumerable<ProjectName> LastUsed()
    {
        foreach (var (key, _) in entries.All.ToArray().OrderByDescending(entry => entry.Value.LastUsed))
        {
            if (StorageLayout.TryParseUpstreamPage(key, out var project))
                yield return project;
        }
    }

    /// <summary>Registers what is in the store.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync(StorageLayout.UpstreamFolder, null, cancellationToken))
            entries.Register(found.Key, GetEntry(found.Key, found.Length));
    }

    static long GetSize(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;

    Entry GetEntry(string key, long length) => new(this, store, slots, length)
    {
        Seen = StorageLayout.TryParseUpstreamPage(key, out var project) ? seen.Add(project) : null,
    };

    sealed class Entry(CachedDocuments pages, IStore store, PageSlots slots, long length)
        : CacheEntry(GetSize(length))
    {
        /// <summary>The addition of a page's project.</summary>
        public required long? Seen { get; init; }

        public override async Task DeleteAsync(string key)
        {
            if (Seen is not { } addition)
            {
                await store.DeleteAsync(key, CancellationToken.None);
                return;
            }
            await pages.Seen.TrySaveAsync(addition);
            using var slot = slots.OpenToEvict();
            await CachedPage.EvictAsync(store, key, slot, pages.Settings.KeepsFiles);
        }
    }
}

/// <summary>
/// Writes that clients do not wait for. A proxy answers first, and keeps what it answered with afterwards. Only if many
/// writes are under way does an answer wait for one of them, so that strangers cannot queue up any number.
/// </summary>
sealed class PageWrites
{
    const int MaxCount = 16;
    readonly SemaphoreSlim _room = new(MaxCount);

    /// <summary>Starts a write once there is room for it.</summary>
    /// <param name="write">Writes, and throws nothing.</param>
    /// <returns>The running write.</returns>
    public async ValueTask<Task> StartAsync(Func<Task> write)
    {
        await _room.WaitAsync();
        return DetachedTask.Run(() => RunAsync(write));
    }

    /// <summary>Waits until all writes that were started have ended.</summary>
    public async Task DrainAsync()
    {
        for (var taken = 0; taken < MaxCount; taken++)
            await _room.WaitAsync();
        _room.Release(MaxCount);
    }

    async Task RunAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        finally
        {
            _room.Release();
        }
    }
}
