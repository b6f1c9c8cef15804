using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// A value in a YAML or JSON document, with its position. Aliases share the node of their anchor, so nodes form an
/// acyclic graph. <see cref="Size"/> is the number of values with all aliases expanded.
/// </summary>
public abstract record Node(SourcePosition Position, long Size)
{
    /// <summary>The kind of value, as error messages name it: <c>a list</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>A list.</summary>
public sealed record SequenceNode(SourcePosition Position, ImmutableArray<Node> Items, long Size) : Node(Position, Size)
{
    public override string Kind => "a list";
}

/// <summary>A string, number, boolean or null.</summary>
public sealed record ScalarNode(SourcePosition Position, string Value, ScalarKind ScalarKind) : Node(Position, 1)
{
    public override string Kind => ScalarKind switch
    {
        ScalarKind.Null => "empty",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Number => "a number",
        _ => "text",
    };
}

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

/// <summary>A key of a map, its position, and its value.</summary>
public sealed record MappingEntry(string Key, SourcePosition Position, Node Value);
