using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

/// <summary>Objects of one kind as they were last seen, for many readers at once.</summary>
sealed class Indexer<T>
    where T : KubernetesObject
{
    readonly Lock _lock = new();
    readonly Dictionary<ObjectKey, (T Value, ObjectWeight Weight)> _objects = [];
    readonly Dictionary<string, int> _counts = [];
    readonly ObjectIndex<T> _byNamespace = new(static o => [o.Key.Namespace]);
    readonly Dictionary<string, ObjectIndex<T>> _indexes = [];

    public T? Find(ObjectKey key)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(key).Value;
    }

    public IReadOnlyCollection<T> All()
    {
        lock (_lock)
            return [.. _objects.Values.Select(o => o.Value)];
    }

    public T[] InNamespace(string ns)
    {
        lock (_lock)
            return _byNamespace.Find(ns);
    }

    public T[] ByIndex(string index, string key)
    {
        lock (_lock)
            return _indexes[index].Find(key);
    }

    /// <summary>As how many the objects of a namespace count.</summary>
    public int CountIn(string ns)
    {
        lock (_lock)
            return _counts.GetValueOrDefault(ns);
    }

    /// <summary>Returns the weight of an object, or zero if there is none.</summary>
    public ObjectWeight GetWeight(ObjectKey key)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(key).Weight;
    }

    public void AddIndex(string name, Func<T, IEnumerable<string>> keysOf)
    {
        var index = new ObjectIndex<T>(keysOf);
        lock (_lock)
        {
            foreach (var (there, _) in _objects.Values)
                index.Replace(null, there);
            _indexes.Add(name, index);
        }
    }

    /// <summary>Puts an object there, or removes it if it is null.</summary>
    /// <returns>The previous object.</returns>
    public T? Set(ObjectKey key, T? after, ObjectWeight weight)
    {
        lock (_lock)
        {
            var (before, lost) = _objects.GetValueOrDefault(key);
            if (after is null)
                _objects.Remove(key);
            else
                _objects[key] = (after, weight);
            Count(key.Namespace, (after is null ? 0 : weight.Count) - lost.Count);
            _byNamespace.Replace(before, after);
            foreach (var index in _indexes.Values)
                index.Replace(before, after);
            return before;
        }
    }

    void Count(string ns, int more)
    {
        var count = _counts.GetValueOrDefault(ns) + more;
        if (count == 0)
            _counts.Remove(ns);
        else
            _counts[ns] = count;
    }
}

/// <summary>The share of the room of its namespace that an object takes.</summary>
/// <param name="Count">As how many objects it counts; 0: it is kept whatever there is.</param>
/// <param name="Bytes">About how many bytes of memory it takes.</param>
readonly record struct ObjectWeight(int Count, int Bytes);

/// <summary>Which objects have a key; an object may have several, or none.</summary>
sealed class ObjectIndex<T>(Func<T, IEnumerable<string>> keysOf)
    where T : KubernetesObject
{
    readonly Dictionary<string, Dictionary<ObjectKey, T>> _objects = [];

    /// <summary>Puts an object in another's place; either may be missing.</summary>
    public void Replace(T? before, T? after)
    {
        if (before is not null)
            Remove(before);
        foreach (var key in after is null ? [] : keysOf(after))
        {
            if (!_objects.TryGetValue(key, out var those))
                _objects[key] = those = [];
            those[after!.Key] = after;
        }
    }

    /// <summary>The objects of a key.</summary>
    public T[] Find(string key) => _objects.TryGetValue(key, out var those) ? [.. those.Values] : [];

    void Remove(T before)
    {
        foreach (var key in keysOf(before))
        {
            if (_objects.TryGetValue(key, out var those) && those.Remove(before.Key) && those.Count == 0)
                _objects.Remove(key);
        }
    }
}
