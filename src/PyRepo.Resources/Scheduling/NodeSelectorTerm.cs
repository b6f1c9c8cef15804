using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>Nodes that have certain labels.</summary>
public sealed record NodeSelectorTerm
{
    public static readonly ObjectType<NodeSelectorTerm> Type = new(fields => new(fields));

    public ValueList<NodeSelectorRequirement> MatchExpressions { get; init; } = [];

    public NodeSelectorTerm()
    {
    }

    NodeSelectorTerm(FieldReader fields) => MatchExpressions = fields.Required("matchExpressions",
        new ListType<NodeSelectorRequirement>(NodeSelectorRequirement.Type, maxItems: 8) { MinItems = 1 },
        "The requirements. A node fits if it meets all of them.");
}
