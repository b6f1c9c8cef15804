namespace PyRepo.Server.Platform.Caching;

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
