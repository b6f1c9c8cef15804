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
    public void Evict(BudgetedEntry? newest, Func<bool> isNeeded)
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

/// <summary>A cached object that can be recreated.</summary>
abstract class BudgetedEntry
{
    bool _touched;

    /// <summary>Reserved for the budget.</summary>
    public LinkedListNode<BudgetedEntry>? Node { get; set; }

    /// <inheritdoc cref="Node"/>
    public long Weight { get; set; }

    /// <summary>Whether other entries are made of this one, so that it goes before them.</summary>
    public virtual bool IsLowPriority => false;

    /// <summary>Marks the entry as used.</summary>
    public void Touch() => _touched = true;

    /// <summary>Returns whether the entry was used since the last call, and resets the mark.</summary>
    public bool TakeTouched()
    {
        var touched = _touched;
        _touched = false;
        return touched;
    }

    /// <summary>Frees the memory. Returns false if the entry is in use. This must not block.</summary>
    public abstract bool TryEvict();
}
