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
