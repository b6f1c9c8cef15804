using System.Collections.Immutable;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Fields;

/// <summary>A map of bounded size, with arbitrary keys of bounded length.</summary>
public sealed class MapType<T>(FieldType<T> values, int maxEntries, int maxKeyLength) : FieldType<ValueDictionary<T>>
{
    public int MinEntries { get; init; }

    public override ValueDictionary<T> Placeholder => ValueDictionary<T>.Empty;

    protected override Schema Describe() =>
        new MapSchema(values.Schema.InList(maxEntries), MinEntries, maxEntries, maxKeyLength);

    protected override bool TryParse(Node node, FieldLocation location, out ValueDictionary<T> value)
    {
        value = ValueDictionary<T>.Empty;
        if (node is not MappingNode map)
        {
            location.Report($"is {node.Kind}, not a map");
            return false;
        }
        if (map.Entries.Length < MinEntries || map.Entries.Length > maxEntries)
        {
            location.Report(map.Entries.IsEmpty
                ? "is empty: at least one entry is required"
                : $"has {map.Entries.Length} entries; {MinEntries} to {maxEntries} are allowed");
            return false;
        }
        var read = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
            if (TryReadEntry(entry, location, out var item))
                read[entry.Key] = item;
        value = new(read.ToImmutable());
        return true;
    }

    bool TryReadEntry(MappingEntry entry, FieldLocation location, out T value)
    {
        var length = ScalarText.LengthOf(entry.Key);
        if (length > 0 && length <= maxKeyLength)
            return values.TryRead(entry.Value, location.Field(entry.Key, entry.Value.Position), out value);
        location.Report($"has a key of {length} characters; 1 to {maxKeyLength} are allowed");
        value = values.Placeholder;
        return false;
    }
}
