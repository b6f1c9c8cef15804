using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>
/// The objects that a proxy caches on its disk, by key. If they take too much, those that were not used for the longest
/// time go.
/// </summary>
/// <remarks>
/// Those that a mirror keeps are only counted: there may be millions, none of which ever goes. The store knows which
/// they are, and is read again when the mirror's scope changes.
/// </remarks>
sealed class CacheEntries
{
    /// <summary>
    /// The fraction of the maximum size down to which an eviction goes, so that not every new object evicts another.
    /// </summary>
    const double Slack = 0.95;

    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly ConcurrentDictionary<string, CacheEntry> _entries = new(StringComparer.Ordinal);
    readonly EvictionOrder _order;
    readonly SemaphoreSlim _evicting = new(1, 1);
    long _size;
    int _count;
    long _evictedForCount;
    volatile bool _changed;
    volatile bool _isCountDue;
    volatile ObjectTally _mirrored = new();
    volatile ObjectTally? _counting;
    volatile CacheSettings _settings = new();

    public CacheEntries(TimeProvider clock, ILogger logger)
    {
        (_clock, _logger) = (clock, logger);
        _order = new((key, entry) => _entries.TryGetValue(key, out var current) && current == entry);
    }

    /// <summary>How the proxy caches.</summary>
    public CacheSettings Settings
    {
        get => _settings;
        set
        {
            var before = _settings.Mirrored?.Version;
            _settings = value;
            if (value.Mirrored?.Version == before)
                return;
            foreach (var (key, _) in _entries.Where(each => IsMirrored(each.Key)))
                CountAsMirrored(key);
            _isCountDue |= before is not null;
        }
    }

    /// <summary>The size of all objects on the disk in bytes, as far as they are counted.</summary>
    public long Size => Interlocked.Read(ref _size) + (_counting ?? _mirrored).Size;

    /// <summary>The objects that a mirror keeps.</summary>
    public ObjectTally Mirrored => _mirrored;

    /// <summary>The objects that may be evicted.</summary>
    /// <remarks>To count what is in the dictionary takes all its locks.</remarks>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many objects were evicted because there were too many of them, whatever their size.</summary>
    public long EvictedForCount => Volatile.Read(ref _evictedForCount);

    /// <summary>Whether the store has to be read again, because a mirror no longer keeps what it did.</summary>
    public bool IsCountDue => _isCountDue;

    /// <summary>The entries and their keys, without what a mirror keeps.</summary>
    public IEnumerable<KeyValuePair<string, CacheEntry>> All => _entries;

    /// <summary>Whether a mirror keeps the object of a key.</summary>
    public bool IsMirrored(string key) => _settings.Mirrored?.Contains(key) is true;

    /// <summary>Finds an entry, or returns null.</summary>
    public CacheEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Finds an entry, or adds one. What a mirror keeps has been counted before.</summary>
    public CacheEntry GetOrAdd(string key, CacheEntry found)
    {
        if (IsMirrored(key))
            return found;
        var entry = _entries.GetOrAdd(key, found);
        if (entry == found)
        {
            Interlocked.Add(ref _size, entry.Size);
            _order.Add(key, entry, Interlocked.Increment(ref _count));
        }
        return entry;
    }

    /// <summary>Registers an object that <see cref="CountAsync"/> finds in the store.</summary>
    public CacheEntry Register(string key, CacheEntry found)
    {
        if (!IsMirrored(key))
            return GetOrAdd(key, found);
        _counting?.Add(found.Size);
        return found;
    }

    /// <summary>Adds an object that was written under a key that had none.</summary>
    public CacheEntry Add(string key, CacheEntry written)
    {
        if (!IsMirrored(key))
            return GetOrAdd(key, written);
        ChangeMirrored(1, written.Size);
        return written;
    }

    /// <summary>Notes that another object was written under the key of one that a mirror keeps.</summary>
    /// <param name="change">How much longer it is, in bytes.</param>
    public void Resize(long change) => ChangeMirrored(0, change);

    /// <summary>Removes an entry, and returns it, or null if there is none.</summary>
    public CacheEntry? Remove(string key)
    {
        if (!_entries.TryRemove(key, out var entry))
            return null;
        Interlocked.Add(ref _size, -entry.Size);
        Interlocked.Decrement(ref _count);
        return entry;
    }

    /// <summary>Removes an object that is gone from the store.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="size">The size that it had on the disk in bytes, or 0 if it was never added.</param>
    public void Remove(string key, long size)
    {
        if (Remove(key) is null && size > 0 && IsMirrored(key))
            ChangeMirrored(-1, -size);
    }

    /// <summary>Counts what a mirror keeps in the store, and registers what it does not.</summary>
    /// <param name="read">Calls <see cref="Register"/> for each object of the store.</param>
    public async Task CountAsync(Func<Task> read)
    {
        var counting = new ObjectTally();
        (_isCountDue, _counting) = (false, counting);
        try
        {
            await read();
            // What was written meanwhile may be counted twice, until the next count. Nothing is missing.
            _mirrored = counting;
        }
        catch
        {
            _isCountDue = true;
            throw;
        }
        finally
        {
            _counting = null;
        }
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
        var isTooLarge = Size > maxSize();
        if ((!isTooLarge && Count <= ServerLimits.MaxCachedObjects) || !await _evicting.WaitAsync(0))
            return;
        var kept = new List<(string Key, CacheEntry Entry)>();
        try
        {
            var now = _clock.GetUtcNow();
            while (Count > ServerLimits.MaxCachedObjects || (isTooLarge && Size > maxSize() * Slack))
            {
                var isForCount = !isTooLarge;
                if (!_order.TryTake(now, out var key, out var entry))
                    return;
                if (IsMirrored(key))
                    CountAsMirrored(key);
                else if (entry.IsInUse || !await TryEvictAsync(key, entry, kept))
                    kept.Add((key, entry));
                else if (isForCount)
                    _evictedForCount++;
            }
        }
        finally
        {
            foreach (var (key, entry) in kept)
                _order.Add(key, entry, Count);
            _evicting.Release();
        }
    }

    void CountAsMirrored(string key)
    {
        if (Remove(key) is { } entry)
            ChangeMirrored(1, entry.Size);
    }

    void ChangeMirrored(long count, long size)
    {
        _mirrored.Change(count, size);
        _counting?.Change(count, size);
    }

    /// <summary>Deletes an object. A failure affects no other object, and the next eviction tries again.</summary>
    async Task<bool> TryEvictAsync(string key, CacheEntry entry, List<(string Key, CacheEntry Entry)> kept)
    {
        if (Remove(key) is null)
            return false;
        try
        {
            await entry.DeleteAsync(key);
            Log.Evicted(_logger, key, entry.Size);
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException)
        {
            Restore(key, entry);
            if (entry.IsStuck)
                return false;
            entry.IsStuck = true;
            Log.NotEvicted(_logger, key, error.Message);
            return false;
        }
        catch
        {
            Restore(key, entry);
            kept.Add((key, entry));
            throw;
        }
    }

    /// <summary>Puts back an entry that could not be evicted. Its turn comes again after this eviction.</summary>
    void Restore(string key, CacheEntry entry)
    {
        if (!_entries.TryAdd(key, entry))
            return;
        Interlocked.Add(ref _size, entry.Size);
        Interlocked.Increment(ref _count);
    }
}
