using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Fields;

/// <summary>Reads the fields of a map in a document.</summary>
sealed class NodeFieldReader(MappingNode map, FieldLocation location) : FieldReader
{
    readonly List<string> _known = [];

    public override T Required<T>(string name, FieldType<T> type, string doc)
    {
        var node = Find(name, type);
        if (node is null)
        {
            location.Field(name, map.Position).Report("is required");
            return type.Placeholder;
        }
        return TryRead(name, node, type, out var value) ? value : type.Placeholder;
    }

    public override T Default<T>(string name, FieldType<T> type, T value, string doc) =>
        Find(name, type) is { } node && TryRead(name, node, type, out var written) ? written : value;

    public override T? Optional<T>(string name, FieldType<T> type, string doc) where T : class =>
        Find(name, type) is { } node && TryRead(name, node, type, out var value) && !type.MeansOmitted(value)
            ? value
            : null;

    public override T? Optional<T>(string name, StructFieldType<T> type, string doc) =>
        Find(name, type) is { } node && TryRead(name, node, type, out var value) ? value : null;

    public override void Ignore(params ReadOnlySpan<string> names) => _known.AddRange(names);

    /// <summary>Reports the keys that no field declared.</summary>
    public void ReportUnknown()
    {
        var known = _known.ToHashSet(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
            if (!known.Contains(entry.Key))
                location.Field(entry.Key, entry.Position).Report(UnknownField(entry.Key), ProblemReason.Unknown);
    }

    string UnknownField(string name) => SpellingSuggestion.For(name, _known) is { } nearest
        ? $"is not a known field; did you mean {nearest}?"
        : "is not a known field";

    /// <summary>
    /// The value of a field, or null if it is omitted. A null in the document counts as omitted, as in a cluster.
    /// </summary>
    Node? Find<T>(string name, FieldType<T> type)
    {
        _known.Add(name);
        var node = map.Find(name);
        if (node is not ScalarNode { ScalarKind: ScalarKind.Null })
            return node;
        if (type.RejectsNull)
            location.Field(name, node.Position).Report("is empty: write {}, or leave the field out");
        return null;
    }

    bool TryRead<T>(string name, Node node, FieldType<T> type, out T value)
    {
        var field = location.Field(name, node.Position);
        var isRead = type.TryRead(node, field, out value);
        if (!isRead || !type.MeansOmitted(value))
            field.RecordPosition();
        return isRead;
    }
}
