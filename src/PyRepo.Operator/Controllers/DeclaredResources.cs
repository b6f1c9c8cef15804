using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// The resources as parsed: each object that an informer holds is parsed once, and so once per resourceVersion, as long
/// as there is room; then those are forgotten that were not asked for for the longest time.
/// </summary>
sealed class DeclaredResources(MetricRegistry metrics)
{
    const int MinLength = 1 << 10;

    readonly Lock _lock = new();
    readonly Dictionary<CustomObject, LinkedListNode<(CustomObject Source, DeclaredResource Parsed)>> _parsed =
        new(ReferenceEqualityComparer.Instance);

    readonly LinkedList<(CustomObject Source, DeclaredResource Parsed)> _latest = [];
    readonly Counter _count = metrics.Counter(OperatorMetrics.ResourcesParsed);

    long _length;

    /// <summary>The parsed resource of an object.</summary>
    public DeclaredResource Get(CustomObject source)
    {
        lock (_lock)
        {
            if (_parsed.TryGetValue(source, out var known))
            {
                _latest.Remove(known);
                _latest.AddFirst(known);
                return known.Value.Parsed;
            }
        }
        _count.Increment();
        var parsed = DeclaredResource.Read(source);
        lock (_lock)
            Add(source, parsed);
        return parsed;
    }

    /// <summary>Forgets an object that is gone, or is replaced by a later version.</summary>
    public void Forget(CustomObject source)
    {
        lock (_lock)
        {
            if (_parsed.TryGetValue(source, out var known))
                Remove(known);
        }
    }

    void Add(CustomObject source, DeclaredResource parsed)
    {
        if (_parsed.ContainsKey(source))
            return;
        _parsed[source] = _latest.AddFirst((source, parsed));
        _length += GetLength(source);
        while (_length > OperatorLimits.MaxParsedSpecs && _latest.Count > 1)
            Remove(_latest.Last!);
    }

    void Remove(LinkedListNode<(CustomObject Source, DeclaredResource Parsed)> known)
    {
        _latest.Remove(known);
        _parsed.Remove(known.Value.Source);
        _length -= GetLength(known.Value.Source);
    }

    static int GetLength(CustomObject source) => MinLength + (source.PackedSpec?.Length ?? 0);
}
