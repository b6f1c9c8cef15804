using System.Collections.Concurrent;

namespace PyRepo.Storage;

/// <summary>
/// A set that may forget: when it has become full, it starts again. Several threads may use it at once.
/// </summary>
/// <param name="capacity">How many items may be added before it forgets.</param>
/// <param name="comparer">Compares them; null: the default.</param>
/// <remarks>The count is its own, because that of the dictionary takes all of its locks.</remarks>
public sealed class RecentSet<T>(int capacity, IEqualityComparer<T>? comparer = null)
    where T : notnull
{
    readonly ConcurrentDictionary<T, bool> _items = new(comparer);
    int _added;

    /// <summary>Whether it remembers an item.</summary>
    public bool Contains(T item) => _items.ContainsKey(item);

    /// <summary>Adds an item.</summary>
    public void Add(T item)
    {
        if (!_items.TryAdd(item, true) || Interlocked.Increment(ref _added) <= capacity)
            return;
        Clear();
        _items.TryAdd(item, true);
    }

    /// <summary>Forgets an item.</summary>
    public void Remove(T item) => _items.TryRemove(item, out _);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _items.Clear();
        Volatile.Write(ref _added, 0);
    }
}
