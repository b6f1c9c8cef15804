using System.Text;

namespace PyRepo.Packaging.Requirements;

/// <summary>Nodes with the boolean operators between them. <c>and</c> has precedence over <c>or</c>.</summary>
sealed record MarkerGroup(IReadOnlyList<MarkerNode> Nodes, IReadOnlyList<string> Operators) : MarkerNode
{
    /// <summary>Evaluates every node, so that a node without a value always throws.</summary>
    public override bool Evaluate(MarkerEnvironment environment, string extra)
    {
        var any = false;
        var all = Nodes[0].Evaluate(environment, extra);
        for (var i = 1; i < Nodes.Count; i++)
        {
            var value = Nodes[i].Evaluate(environment, extra);
            if (Operators[i - 1] == "or")
                (any, all) = (any || all, value);
            else
                all &= value;
        }
        return any || all;
    }

    public override void Write(StringBuilder output, bool isOutermost)
    {
        var needsBrackets = !isOutermost && Nodes.Count > 1;
        output.Append(needsBrackets ? "(" : "");
        for (var i = 0; i < Nodes.Count; i++)
        {
            if (i > 0)
                output.Append(' ').Append(Operators[i - 1]).Append(' ');
            Nodes[i].Write(output, isOutermost && Nodes.Count == 1);
        }
        output.Append(needsBrackets ? ")" : "");
    }
}

/// <summary>A part of a marker: a comparison, or several nodes joined by <c>and</c> and <c>or</c>.</summary>
abstract record MarkerNode
{
    public abstract bool Evaluate(MarkerEnvironment environment, string extra);

    public abstract void Write(StringBuilder output, bool isOutermost);
}
