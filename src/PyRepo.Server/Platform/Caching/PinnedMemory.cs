namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// Memory that cannot be freed, and that caches do without: at most half of the budget, so that some is left for them.
/// </summary>
sealed class PinnedMemory(MemoryBudget budget) : BudgetedEntry
{
    /// <summary>Sets how many bytes there are.</summary>
    public void Set(long weight)
    {
        if (weight > 0)
            budget.Set(this, Math.Min(weight, budget.Capacity / 2));
        else
            budget.Remove(this);
    }

    /// <inheritdoc/>
    public override bool TryEvict() => false;
}
