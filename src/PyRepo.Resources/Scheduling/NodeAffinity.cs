using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>The labels of the nodes on which the pods run.</summary>
public sealed record NodeAffinity
{
    public static readonly ObjectType<NodeAffinity> Type = new(fields => new(fields));

    /// <summary>Null allows every node.</summary>
    public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    public ValueList<PreferredSchedulingTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; } = [];

    public NodeAffinity()
    {
    }

    NodeAffinity(FieldReader fields)
    {
        RequiredDuringSchedulingIgnoredDuringExecution = fields.Optional(
            "requiredDuringSchedulingIgnoredDuringExecution", NodeSelector.Type,
            "What a node must have. If omitted, every node will do.");
        PreferredDuringSchedulingIgnoredDuringExecution = fields.Default(
            "preferredDuringSchedulingIgnoredDuringExecution",
            new ListType<PreferredSchedulingTerm>(PreferredSchedulingTerm.Type, maxItems: 8),
            PreferredDuringSchedulingIgnoredDuringExecution, "What a node should have.");
    }
}

/// <summary>Nodes that are preferred.</summary>
public sealed record PreferredSchedulingTerm
{
    public static readonly ObjectType<PreferredSchedulingTerm> Type = new(fields => new(fields));

    public required int Weight { get; init; }
    public required NodeSelectorTerm Preference { get; init; }

    public PreferredSchedulingTerm()
    {
    }

    [SetsRequiredMembers]
    PreferredSchedulingTerm(FieldReader fields)
    {
        Weight = fields.Required("weight", new IntegerType<int>(1, 100), "How much a node that fits is preferred.");
        Preference = fields.Required("preference", NodeSelectorTerm.Type, "Which nodes are preferred.");
    }
}

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

/// <summary>A requirement on a label of a node.</summary>
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

/// <summary>How the value of a node's label is compared.</summary>
public enum NodeSelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
}
