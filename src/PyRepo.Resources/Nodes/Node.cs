using System.Collections.Immutable;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// A value of a YAML or JSON document that knows where it was written. Aliases share the node of their anchor, so a
/// tree may be a graph without cycles; <see cref="Size"/> counts what it would be if written out.
/// </summary>
public abstract record Node(SourcePosition Position, long Size)
{
    /// <summary>What the value is, in words of an error sentence: <c>a list</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>A text, number, truth value or null.</summary>
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

/// <summary>What a scalar is by the rules that kubectl reads YAML with.</summary>
public enum ScalarKind
{
    Text,
    Number,
    Boolean,
    Null,
}

/// <summary>A list.</summary>
public sealed record SequenceNode(SourcePosition Position, ImmutableArray<Node> Items, long Size) : Node(Position, Size)
{
    public override string Kind => "a list";
}

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

/// <summary>A key of a map, where it stands, and its value.</summary>
public sealed record MappingEntry(string Key, SourcePosition Position, Node Value);
