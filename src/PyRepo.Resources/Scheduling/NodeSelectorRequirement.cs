using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>What a label of a node must be.</summary>
public sealed record NodeSelectorRequirement
{
    public static readonly ObjectType<NodeSelectorRequirement> Type = new(fields => new(fields))
    {
        Rules = [SchedulingRules.NodeOperatorNeedsValues, SchedulingRules.NodeOperatorTakesNoValues,
            SchedulingRules.ComparesWithOneInteger],
    };

    public required string Key { get; init; }
    public required NodeSelectorOperator Operator { get; init; }
    public ValueList<string> Values { get; init; } = [];

    public NodeSelectorRequirement()
    {
    }

    [SetsRequiredMembers]
    NodeSelectorRequirement(FieldReader fields)
    {
        Key = fields.Required("key", LabelTypes.Key, "The label's key.");
        Operator = fields.Required("operator", new EnumType<NodeSelectorOperator>(),
            "How the label's value is compared with the values.");
        Values = fields.Default("values", LabelTypes.Values, Values,
            "The values: for In and NotIn one or more, for Gt and Lt one whole number, else none.");
    }
}
