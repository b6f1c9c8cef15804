using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>Pods by their labels
/// (<see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">label
/// selectors</see>).</summary>
public sealed record LabelSelector
{
    public static readonly ObjectType<LabelSelector> Type = new(fields => new(fields));

    public ValueDictionary<string> MatchLabels { get; init; } = ValueDictionary<string>.Empty;
    public ValueList<LabelSelectorRequirement> MatchExpressions { get; init; } = [];

    public LabelSelector()
    {
    }

    LabelSelector(FieldReader fields)
    {
        MatchLabels = fields.Default("matchLabels",
            new MapType<string>(new StringType(63) { MayBeEmpty = true }, maxEntries: 8, LabelRules.MaxKeyLength)
            {
                Rules = [LabelRules.LabelKeys, LabelRules.LabelValues],
            }, MatchLabels, "Labels that a pod must have.");
        MatchExpressions = fields.Default("matchExpressions",
            new ListType<LabelSelectorRequirement>(LabelSelectorRequirement.Type, maxItems: 8), MatchExpressions,
            "Requirements that a pod must meet.");
    }
}

/// <summary>A requirement on a label of a pod.</summary>
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

/// <summary>How the value of a label is compared.</summary>
public enum LabelSelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
