using PyRepo.Resources.Problems;

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
