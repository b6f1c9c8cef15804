namespace PyRepo.Kubernetes.Watching;

/// <summary>
/// How much memory the objects of a namespace may take, of all informers that share the budget: a tenant who fills it
/// costs everybody this much, however many kinds and objects there are.
/// </summary>
/// <param name="maxPerNamespace">In bytes, as the informers count them.</param>
public sealed class MemoryBudget(long maxPerNamespace)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, long> _taken = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether a namespace has room for so many bytes more. Two informers may ask at once, and both get it.
    /// </summary>
    internal bool HasRoom(string ns, long more)
    {
        lock (_lock)
            return more <= 0 || _taken.GetValueOrDefault(ns) + more <= maxPerNamespace;
    }

    /// <summary>Takes so many bytes, or gives them back if it is negative.</summary>
    internal void Take(string ns, long more)
    {
        lock (_lock)
        {
            var taken = _taken.GetValueOrDefault(ns) + more;
            if (taken == 0)
                _taken.Remove(ns);
            else
                _taken[ns] = taken;
        }
    }
}
