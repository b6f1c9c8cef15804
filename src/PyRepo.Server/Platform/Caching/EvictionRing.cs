namespace PyRepo.Server.Platform.Caching;

/// <summary>Entries in the order in which they are considered for eviction. It is not thread-safe.</summary>
sealed class EvictionRing
{
    readonly LinkedList<BudgetedEntry> _ring = new();
    long _used;

    /// <summary>The weight of all entries, in bytes. Any thread may read it.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Adds an entry, or changes its weight.</summary>
    public void Set(BudgetedEntry entry, long weight)
    {
        // A new entry has not been used yet, so it does not displace entries that have been used.
        if (entry.Node is null)
            entry.Node = _ring.AddLast(entry);
        else
            entry.Touch();
        _used += weight - entry.Weight;
        entry.Weight = weight;
    }

    /// <summary>Removes an entry, if it is here.</summary>
    public void Remove(BudgetedEntry entry)
    {
        if (entry.Node is null)
            return;
        _ring.Remove(entry.Node);
        _used -= entry.Weight;
        entry.Node = null;
        entry.Weight = 0;
    }

    /// <summary>Evicts entries while there is a need, but not the newest one.</summary>
    public void Evict(BudgetedEntry newest, Func<bool> isNeeded)
    {
        for (var tries = 2 * _ring.Count; tries > 0 && _ring.First is { } oldest && isNeeded(); tries--)
        {
            if (oldest.Value == newest || oldest.Value.TakeTouched() || !oldest.Value.TryEvict())
            {
                _ring.RemoveFirst();
                _ring.AddLast(oldest);
                continue;
            }
            Remove(oldest.Value);
        }
    }
}
