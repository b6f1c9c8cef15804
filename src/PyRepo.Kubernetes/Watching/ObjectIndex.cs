using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

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
