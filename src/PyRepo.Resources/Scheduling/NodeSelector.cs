using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>Nodes by their labels.</summary>
public sealed record NodeSelector
{
    public static readonly ObjectType<NodeSelector> Type = new(fields => new(fields));

    public ValueList<NodeSelectorTerm> NodeSelectorTerms { get; init; } = [];

    public NodeSelector()
    {
    }

    NodeSelector(FieldReader fields) => NodeSelectorTerms = fields.Required("nodeSelectorTerms",
        new ListType<NodeSelectorTerm>(NodeSelectorTerm.Type, maxItems: 8) { MinItems = 1 },
        "A node fits if one of the terms does.");
}
