using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>What a label of a pod must be.</summary>
public sealed record LabelSelectorRequirement
{
    public static readonly ObjectType<LabelSelectorRequirement> Type = new(fields => new(fields))
    {
        Rules = [SchedulingRules.LabelOperatorNeedsValues, SchedulingRules.LabelOperatorTakesNoValues],
    };

    public required string Key { get; init; }
    public required LabelSelectorOperator Operator { get; init; }
    public ValueList<string> Values { get; init; } = [];

    public LabelSelectorRequirement()
    {
    }

    [SetsRequiredMembers]
    LabelSelectorRequirement(FieldReader fields)
    {
        Key = fields.Required("key", LabelTypes.Key, "The label's key.");
        Operator = fields.Required("operator", new EnumType<LabelSelectorOperator>(),
            "How the label's value is compared with the values.");
        Values = fields.Default("values", LabelTypes.Values, Values,
            "The values: for In and NotIn one or more, else none.");
    }
}
