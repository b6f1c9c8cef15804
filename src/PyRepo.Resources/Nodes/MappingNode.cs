using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>Keys with their values, in the order written; each key once.</summary>
public sealed record MappingNode(SourcePosition Position, ImmutableArray<MappingEntry> Entries, long Size)
    : Node(Position, Size)
{
    public override string Kind => "a map";

    /// <summary>The value of a key, or null where it is not written.</summary>
    public Node? Find(string key)
    {
        foreach (var entry in Entries)
            if (entry.Key == key)
                return entry.Value;
        return null;
    }
}
