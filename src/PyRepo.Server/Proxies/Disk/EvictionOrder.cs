using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>The order in which cached objects go: first the one that was not used for the longest time.</summary>
/// <remarks>
/// A heap by the last use that was known when an entry was put into it. One that was used since then goes back when its
/// turn comes. So a use costs nothing, and an eviction looks at a few entries, however many there are.
/// </remarks>
/// <param name="isCurrent">Whether a key still has this entry.</param>
sealed class EvictionOrder(Func<string, CacheEntry, bool> isCurrent)
{
    /// <summary>So many removed entries may stay besides as many as there are others.</summary>
    const int MaxRemoved = 1024;

    readonly Lock _lock = new();
    readonly PriorityQueue<(string Key, CacheEntry Entry), DateTimeOffset> _queue = new();
    DateTimeOffset _newest;

    /// <summary>Adds an entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="current">How many entries are current now.</param>
    public void Add(string key, CacheEntry entry, int current)
    {
        lock (_lock)
        {
            Enqueue((key, entry));
            if (_queue.Count > 2L * current + MaxRemoved)
                Order(null);
        }
    }

    /// <summary>Takes the next entry out.</summary>
    public bool TryTake(
        DateTimeOffset now, [NotNullWhen(true)] out string? key, [NotNullWhen(true)] out CacheEntry? entry)
    {
        lock (_lock)
        {
            // The clock was wrong. What was used then would stay for ever.
            if (_newest > now)
                Order(now);
            while (_queue.TryDequeue(out var next, out var at))
            {
                if (!isCurrent(next.Key, next.Entry))
                    continue;
                next.Entry.Correct(now);
                if (next.Entry.LastUsed > at)
                {
                    Enqueue(next);
                    continue;
                }
                (key, entry) = next;
                return true;
            }
        }
        (key, entry) = (null, null);
        return false;
    }

    /// <summary>Puts all entries in order again, and forgets those that were removed.</summary>
    void Order(DateTimeOffset? now)
    {
        var all = _queue.UnorderedItems.Select(item => item.Element).Where(e => isCurrent(e.Key, e.Entry)).ToList();
        _queue.Clear();
        _newest = default;
        foreach (var each in all)
        {
            if (now is { } present)
                each.Entry.Correct(present);
            Enqueue(each);
        }
    }

    void Enqueue((string Key, CacheEntry Entry) added)
    {
        var used = added.Entry.LastUsed;
        _newest = used > _newest ? used : _newest;
        _queue.Enqueue(added, used);
    }
}
