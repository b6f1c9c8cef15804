using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>A list.</summary>
public sealed record SequenceNode(SourcePosition Position, ImmutableArray<Node> Items, long Size) : Node(Position, Size)
{
    public override string Kind => "a list";
}
