namespace PyRepo.Server.Caching;

/// <summary>Something kept in memory that can be made again.</summary>
abstract class BudgetedEntry
{
    bool _touched;

    /// <summary>The budget's own notes.</summary>
    public LinkedListNode<BudgetedEntry>? Node { get; set; }

    /// <inheritdoc cref="Node"/>
    public long Weight { get; set; }

    /// <summary>Says that it was used.</summary>
    public void Touch() => _touched = true;

    /// <summary>Whether it was used since this was last asked.</summary>
    public bool TakeTouched()
    {
        var touched = _touched;
        _touched = false;
        return touched;
    }

    /// <summary>Lets go of the memory; false when it is in use just now. Must not block.</summary>
    public abstract bool TryEvict();
}
