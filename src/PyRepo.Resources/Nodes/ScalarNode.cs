using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

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
