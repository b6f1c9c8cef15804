using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Server.Caching;

/// <summary>Values that are kept while the budget has room for them.</summary>
sealed class BudgetedCache<TKey, TValue>(MemoryBudget budget)
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.TryGetValue(key, out var kept))
        {
            value = default;
            return false;
        }
        kept.Touch();
        value = kept.Value;
        return true;
    }

    /// <summary>Keeps a value, in place of the one that this key had.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value.</param>
    /// <param name="weight">The memory that it takes, in bytes, about.</param>
    public void Set(TKey key, TValue value, long weight)
    {
        var kept = new Entry(this, key, value);
        _entries.AddOrUpdate(key, kept, (_, old) =>
        {
            budget.Remove(old);
            return kept;
        });
        budget.Set(kept, weight);
    }

    sealed class Entry(BudgetedCache<TKey, TValue> cache, TKey key, TValue value) : BudgetedEntry
    {
        public TValue Value => value;

        public override bool TryEvict()
        {
            cache._entries.TryRemove(new(key, this));
            return true;
        }
    }
}
