using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>
/// The objects that a proxy caches on its disk, by key. If they take too much, those that were not used for the longest
/// time go.
/// </summary>
sealed class CacheEntries(TimeProvider clock, ILogger logger)
{
    /// <summary>
    /// The fraction of a limit down to which an eviction goes, so that not every new object evicts another.
    /// </summary>
    const double Slack = 0.95;

    static readonly TimeSpan _exemptInterval = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, CacheEntry> _entries = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _evicting = new(1, 1);
    long _size;
    volatile bool _changed;
    volatile Exempted? _exempt;
    volatile CacheSettings _settings = new();

    /// <summary>How the proxy caches.</summary>
    public CacheSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>The size of all entries on the disk, in bytes.</summary>
    public long Size => Interlocked.Read(ref _size);

    /// <summary>The entries and their keys.</summary>
    public IEnumerable<KeyValuePair<string, CacheEntry>> All => _entries;

    /// <summary>Finds an entry, or returns null.</summary>
    public CacheEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Finds an entry, or adds one.</summary>
    public CacheEntry GetOrAdd(string key, CacheEntry added)
    {
        var entry = _entries.GetOrAdd(key, added);
        if (entry == added)
            Interlocked.Add(ref _size, entry.Size);
        return entry;
    }

    /// <summary>Removes an entry, and returns it, or null if there is none.</summary>
    public CacheEntry? Remove(string key)
    {
        if (!_entries.TryRemove(key, out var entry))
            return null;
        Interlocked.Add(ref _size, -entry.Size);
        return entry;
    }

    /// <summary>
    /// Returns the size on the disk of the entries that are not evicted, in bytes, as of a few seconds ago: looking at
    /// each of them takes time.
    /// </summary>
    public long ExemptSize()
    {
        if (Settings.Mirrored is not { } mirrored)
            return 0;
        if (_exempt is not { } last || last.By != mirrored || clock.GetElapsedTime(last.At) > _exemptInterval)
        {
            var size = _entries.Where(e => mirrored.Contains(e.Key)).Sum(e => e.Value.Size);
            _exempt = last = new(mirrored, size, clock.GetTimestamp());
        }
        return last.Size;
    }

    /// <summary>Notes that an entry was used.</summary>
    public void Changed() => _changed = true;

    /// <summary>Whether an entry was used since the last call.</summary>
    public bool TakeChanged()
    {
        var changed = _changed;
        _changed = false;
        return changed;
    }

    /// <summary>Deletes objects, least recently used first, until the others are within the limits.</summary>
    /// <param name="maxSize">
    /// The maximum size of all objects in bytes. It may change meanwhile: a running download has its room from it, and
    /// gives it back when its file becomes one of the objects.
    /// </param>
    public async Task EvictAsync(Func<long> maxSize)
    {
        if ((Size <= maxSize() && _entries.Count <= ServerLimits.MaxCachedObjects) || !await _evicting.WaitAsync(0))
            return;
        try
        {
            var now = clock.GetUtcNow();
            // This is the dictionary's own ToArray, which is safe during concurrent additions. Sorting the dictionary
            // directly would copy it by its count.
            var entries = _entries.ToArray();
            foreach (var (_, entry) in entries)
                entry.Correct(now);
            var mirrored = Settings.Mirrored;
            var surplus = entries.Length - ServerLimits.MaxCachedObjects;
            foreach (var (key, entry) in entries.OrderBy(e => e.Value.LastUsed))
            {
                if (Size <= maxSize() * Slack && surplus <= 0)
                    return;
                if (!entry.IsInUse && mirrored?.Contains(key) is not true && await TryEvictAsync(key, entry))
                    surplus--;
            }
        }
        finally
        {
            _evicting.Release();
        }
    }

    /// <summary>Deletes an object. A failure affects no other object, and the next eviction tries again.</summary>
    async Task<bool> TryEvictAsync(string key, CacheEntry entry)
    {
        if (Remove(key) is null)
            return false;
        try
        {
            await entry.DeleteAsync(key);
            Log.Evicted(logger, key, entry.Size);
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException)
        {
            GetOrAdd(key, entry);
            if (entry.IsStuck)
                return false;
            entry.IsStuck = true;
            Log.NotEvicted(logger, key, error.Message);
            return false;
        }
        catch
        {
            GetOrAdd(key, entry);
            throw;
        }
    }

    /// <param name="By">The mirror that decided.</param>
    /// <param name="Size">The size of the exempt entries, in bytes.</param>
    /// <param name="At">When that was added up, as the clock's timestamp.</param>
    sealed record Exempted(IMirrored By, long Size, long At);
}

/// <summary>An object that a proxy caches on its disk, and when it was last used.</summary>
/// <param name="size">Its size on the disk, in bytes.</param>
abstract class CacheEntry(long size)
{
    int _readers;

    /// <summary>Its size on the disk, in bytes.</summary>
    public long Size => size;

    /// <summary>When it was last used. Unknown is long ago.</summary>
    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>Whether it could not be evicted, and the log says so.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Whether it is being read, so that it must stay.</summary>
    public bool IsInUse => Volatile.Read(ref _readers) > 0;

    /// <summary>Deletes the object.</summary>
    /// <param name="key">Its key in the store.</param>
    public abstract Task DeleteAsync(string key);

    /// <summary>Begins to read the object.</summary>
    public void Acquire(DateTimeOffset now)
    {
        Interlocked.Increment(ref _readers);
        LastUsed = now;
    }

    /// <summary>Ends reading the object.</summary>
    public void Release() => Interlocked.Decrement(ref _readers);

    /// <summary>Notes a use, which may not be the last.</summary>
    public void Use(DateTimeOffset at)
    {
        if (LastUsed < at)
            LastUsed = at;
    }

    /// <summary>
    /// Replaces a time in the future by the moment before the present, so that it does not protect the object for ever,
    /// and not better than one that is used now.
    /// </summary>
    public void Correct(DateTimeOffset now)
    {
        if (LastUsed > now)
            LastUsed = now.AddTicks(-1);
    }
}
