namespace PyRepo.Server.Caching;

/// <summary>
/// The memory that records and rendered pages share, in bytes. It evicts entries first that were not used since the
/// last pass. This approximates least-recently-used eviction, without a lock on each use.
/// </summary>
sealed class MemoryBudget(long capacity)
{
    readonly Lock _lock = new();
    readonly LinkedList<BudgetedEntry> _ring = new();
    long _used;

    /// <summary>Creates the budget of a server: a quarter of the container's memory limit, or 64 MiB without one.</summary>
    public static MemoryBudget OfContainer() => new(MemoryLimit.OfContainer() is { } limit ? limit / 4 : 64 << 20);

    /// <summary>The number of bytes in use.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Sets the weight of an entry, and frees space for it if needed.</summary>
    public void Set(BudgetedEntry owner, long weight)
    {
        lock (_lock)
        {
            // A new entry has not been used yet, so it does not displace entries that have been used.
            if (owner.Node is null)
                owner.Node = _ring.AddLast(owner);
            else
                owner.Touch();
            _used += weight - owner.Weight;
            owner.Weight = weight;
            FreeSpace(owner);
        }
    }

    /// <summary>Removes an entry that is no longer cached.</summary>
    public void Remove(BudgetedEntry owner)
    {
        lock (_lock)
        {
            if (owner.Node is not null)
                Drop(owner);
        }
    }

    void FreeSpace(BudgetedEntry newest)
    {
        for (var tries = 2 * _ring.Count; _used > capacity && tries > 0; tries--)
        {
            var oldest = _ring.First!;
            if (oldest.Value == newest || oldest.Value.TakeTouched() || !oldest.Value.TryEvict())
            {
                _ring.RemoveFirst();
                _ring.AddLast(oldest);
                continue;
            }
            Drop(oldest.Value);
        }
    }

    void Drop(BudgetedEntry owner)
    {
        _ring.Remove(owner.Node!);
        _used -= owner.Weight;
        owner.Node = null;
        owner.Weight = 0;
    }
}
