using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Server.Platform.Caching;

/// <summary>Caches values while the budget has room for them.</summary>
/// <param name="budget">The budget.</param>
/// <param name="isLowPriority">Whether other cached values are made of these, so that these go before them.</param>
sealed class BudgetedCache<TKey, TValue>(MemoryBudget budget, bool isLowPriority = false)
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    readonly bool _isLowPriority = isLowPriority;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            value = default;
            return false;
        }
        entry.Touch();
        value = entry.Value;
        return true;
    }

    /// <summary>The keys of the cached values that meet a condition. This does not count as a use.</summary>
    public IEnumerable<TKey> Where(Predicate<TValue> condition) =>
        _entries.Where(entry => condition(entry.Value.Value)).Select(entry => entry.Key);

    /// <summary>Removes the value of a key, if there is one.</summary>
    public void Remove(TKey key)
    {
        if (_entries.TryRemove(key, out var entry))
            budget.Remove(entry);
    }

    /// <summary>Removes the values whose keys meet a condition.</summary>
    public void RemoveWhere(Predicate<TKey> condition)
    {
        foreach (var entry in _entries.Where(entry => condition(entry.Key)))
        {
            if (_entries.TryRemove(entry))
                budget.Remove(entry.Value);
        }
    }

    /// <summary>Caches a value, and replaces any previous value of the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="weight">The approximate memory that the value takes, in bytes.</param>
    public void Set(TKey key, TValue value, long weight)
    {
        var entry = new Entry(this, key, value);
        _entries.AddOrUpdate(key, entry, (_, old) =>
        {
            budget.Remove(old);
            return entry;
        });
        budget.Set(entry, weight);
    }

    sealed class Entry(BudgetedCache<TKey, TValue> cache, TKey key, TValue value) : BudgetedEntry
    {
        public TValue Value => value;

        public override bool IsLowPriority => cache._isLowPriority;

        public override bool TryEvict()
        {
            cache._entries.TryRemove(new(key, this));
            return true;
        }
    }
}
