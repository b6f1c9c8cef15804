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
