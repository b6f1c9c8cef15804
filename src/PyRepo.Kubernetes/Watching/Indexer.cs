using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

/// <summary>Objects of one kind as they were last seen, for many readers at once.</summary>
sealed class Indexer<T>
    where T : KubernetesObject
{
    readonly Lock _lock = new();
    readonly Dictionary<ObjectKey, (T Value, int Weight)> _objects = [];
    readonly Dictionary<string, int> _weights = [];
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

    /// <summary>What the objects of a namespace weigh, but for one of them.</summary>
    public int WeightOf(string ns, ObjectKey? without = null)
    {
        lock (_lock)
        {
            return _weights.GetValueOrDefault(ns)
                - (without is { } key ? _objects.GetValueOrDefault(key).Weight : 0);
        }
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

    /// <summary>Puts an object there, or takes it away where it is null.</summary>
    /// <returns>What was there before.</returns>
    public T? Set(ObjectKey key, T? after, int weight)
    {
        lock (_lock)
        {
            var (before, lost) = _objects.GetValueOrDefault(key);
            if (after is null)
                _objects.Remove(key);
            else
                _objects[key] = (after, weight);
            Weigh(key.Namespace, (after is null ? 0 : weight) - lost);
            _byNamespace.Replace(before, after);
            foreach (var index in _indexes.Values)
                index.Replace(before, after);
            return before;
        }
    }

    void Weigh(string ns, int more)
    {
        var weight = _weights.GetValueOrDefault(ns) + more;
        if (weight == 0)
            _weights.Remove(ns);
        else
            _weights[ns] = weight;
    }
}
