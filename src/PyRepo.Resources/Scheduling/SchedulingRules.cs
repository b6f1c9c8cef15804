using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>The rules of affinity and of topology spread constraints.</summary>
public static partial class SchedulingRules
{
    const string HasValues = "(has(self.values) && size(self.values) > 0)";
    const string IntegerPattern = "[0-9]{1,18}";

    public static readonly Rule<NodeSelectorRequirement> NodeOperatorNeedsValues = NeedsValues<NodeSelectorRequirement>(
        found => found.Operator is not (NodeSelectorOperator.In or NodeSelectorOperator.NotIn)
            || found.Values.Count > 0);

    public static readonly Rule<LabelSelectorRequirement> LabelOperatorNeedsValues =
        NeedsValues<LabelSelectorRequirement>(
            found => found.Operator is not (LabelSelectorOperator.In or LabelSelectorOperator.NotIn)
                || found.Values.Count > 0);

    public static readonly Rule<NodeSelectorRequirement> NodeOperatorTakesNoValues =
        TakesNoValues<NodeSelectorRequirement>(
            found => found.Operator is not (NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist)
                || found.Values.Count == 0);

    public static readonly Rule<LabelSelectorRequirement> LabelOperatorTakesNoValues =
        TakesNoValues<LabelSelectorRequirement>(
            found => found.Operator is not (LabelSelectorOperator.Exists or LabelSelectorOperator.DoesNotExist)
                || found.Values.Count == 0);

    public static readonly Rule<NodeSelectorRequirement> ComparesWithOneInteger = new()
    {
        FieldPath = "values",
        DependsOn = ["operator"],
        Cel = "!(self.operator in ['Gt', 'Lt']) || (has(self.values) && size(self.values) == 1 && "
            + $"self.values[0].matches(r'^(?:{IntegerPattern})$'))",
        Predicate = found => found.Operator is not (NodeSelectorOperator.Gt or NodeSelectorOperator.Lt)
            || (found.Values.Count == 1 && IntegerRegex().IsMatch(found.Values[0])),
        Message = "is not one whole number, which the operators Gt and Lt need",
    };

    public static readonly Rule<TopologySpreadConstraint> MinDomainsNeedDoNotSchedule = new()
    {
        FieldPath = "minDomains",
        DependsOn = ["whenUnsatisfiable"],
        Cel = "!has(self.minDomains) || self.whenUnsatisfiable == 'DoNotSchedule'",
        Predicate = found => found.MinDomains is null
            || found.WhenUnsatisfiable is UnsatisfiableConstraintAction.DoNotSchedule,
        Message = "is only allowed with whenUnsatisfiable DoNotSchedule",
    };

    public static readonly Rule<ValueList<TopologySpreadConstraint>> DistinctConstraints = new()
    {
        Cel = "self.all(a, self.filter(b, b.topologyKey == a.topologyKey "
            + "&& b.whenUnsatisfiable == a.whenUnsatisfiable).size() == 1)",
        Predicate = constraints =>
            constraints.DistinctBy(c => (c.TopologyKey, c.WhenUnsatisfiable)).Count() == constraints.Count,
        Message = "has two constraints with the same topologyKey and whenUnsatisfiable: leave one out",
    };

    static Rule<T> NeedsValues<T>(Func<T, bool> predicate) => new()
    {
        FieldPath = "values",
        DependsOn = ["operator"],
        Cel = $"!(self.operator in ['In', 'NotIn']) || {HasValues}",
        Predicate = predicate,
        Message = "is empty, but the operators In and NotIn need a value",
    };

    static Rule<T> TakesNoValues<T>(Func<T, bool> predicate) => new()
    {
        FieldPath = "values",
        DependsOn = ["operator"],
        Cel = $"!(self.operator in ['Exists', 'DoesNotExist']) || !{HasValues}",
        Predicate = predicate,
        Message = "is not allowed with the operators Exists and DoesNotExist: leave it out",
    };

    [GeneratedRegex($@"^(?:{IntegerPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex IntegerRegex();
}
