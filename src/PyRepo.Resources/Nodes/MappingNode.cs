using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>A map: keys with their values in document order, each key once.</summary>
public sealed record MappingNode(SourcePosition Position, ImmutableArray<MappingEntry> Entries, long Size)
    : Node(Position, Size)
{
    public override string Kind => "a map";

    /// <summary>Returns the value of a key, or null if the map does not have it.</summary>
    public Node? Find(string key)
    {
        foreach (var entry in Entries)
            if (entry.Key == key)
                return entry.Value;
        return null;
    }
}
