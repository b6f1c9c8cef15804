namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// The memory that rendered pages, projects' histories, metadata and an upstream's pages share, in bytes. It evicts
/// entries first that were not used since the last pass. This approximates least-recently-used eviction, without a
/// lock on each use.
/// </summary>
/// <remarks>
/// Entries of low priority go before the others, down to a quarter of the memory. A page takes a tenth of the history
/// that it is made of, and is all that most requests need.
/// </remarks>
sealed class MemoryBudget(long capacity)
{
    readonly Lock _lock = new();
    readonly EvictionRing _low = new();
    readonly EvictionRing _normal = new();
    readonly EvictedMemory _garbage = new(capacity);

    /// <summary>
    /// Creates a server's budget: a quarter of its control group's memory limit, or 64 MiB without one.
    /// </summary>
    public static MemoryBudget OfControlGroup() =>
        new(MemoryLimit.OfControlGroup() is { } limit ? limit / 4 : 64 << 20);

    /// <summary>The number of bytes in use.</summary>
    public long Used => _low.Used + _normal.Used;

    /// <summary>The number of bytes that entries may use.</summary>
    public long Capacity => capacity;

    /// <summary>Sets the weight of an entry, and frees space for it if needed.</summary>
    public void Set(BudgetedEntry owner, long weight)
    {
        lock (_lock)
        {
            RingOf(owner).Set(owner, weight);
            FreeSpace(owner);
        }
    }

    /// <summary>Removes an entry that is no longer cached.</summary>
    public void Remove(BudgetedEntry owner)
    {
        lock (_lock)
        {
            var before = Used;
            RingOf(owner).Remove(owner);
            _garbage.Add(before - Used);
        }
    }

    void FreeSpace(BudgetedEntry newest)
    {
        var before = Used;
        if (before <= capacity)
            return;
        _low.Evict(newest, () => Used > capacity && _low.Used > capacity / 4);
        _normal.Evict(newest, () => Used > capacity);
        _low.Evict(newest, () => Used > capacity);
        _garbage.Add(before - Used);
    }

    EvictionRing RingOf(BudgetedEntry entry) => entry.IsLowPriority ? _low : _normal;
}
