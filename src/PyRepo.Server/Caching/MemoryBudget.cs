namespace PyRepo.Server.Caching;

/// <summary>
/// The memory that records and rendered pages share, in bytes. What was not used since the hand last came by goes
/// first: least recently used, about, without a lock on each use.
/// </summary>
sealed class MemoryBudget(long capacity)
{
    readonly Lock _lock = new();
    readonly LinkedList<BudgetedEntry> _ring = new();
    long _used;

    /// <summary>Bytes in use.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Says that something takes this much now, and makes room for it where needed.</summary>
    public void Set(BudgetedEntry owner, long weight)
    {
        lock (_lock)
        {
            // What is new was not used yet: it does not drive out what is.
            if (owner.Node is null)
                owner.Node = _ring.AddLast(owner);
            else
                owner.Touch();
            _used += weight - owner.Weight;
            owner.Weight = weight;
            MakeRoom(owner);
        }
    }

    /// <summary>Says that something is no longer kept.</summary>
    public void Remove(BudgetedEntry owner)
    {
        lock (_lock)
        {
            if (owner.Node is not null)
                Drop(owner);
        }
    }

    void MakeRoom(BudgetedEntry newest)
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
