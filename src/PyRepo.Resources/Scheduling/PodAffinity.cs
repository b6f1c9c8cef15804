using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>The pods next to which pods run, or from which they stay away.</summary>
public sealed record PodAffinity
{
    public static readonly ObjectType<PodAffinity> Type = new(fields => new(fields));

    public ValueList<PodAffinityTerm> RequiredDuringSchedulingIgnoredDuringExecution { get; init; } = [];
    public ValueList<WeightedPodAffinityTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; } = [];

    public PodAffinity()
    {
    }

    PodAffinity(FieldReader fields)
    {
        RequiredDuringSchedulingIgnoredDuringExecution = fields.Default(
            "requiredDuringSchedulingIgnoredDuringExecution",
            new ListType<PodAffinityTerm>(PodAffinityTerm.Type, maxItems: 8),
            RequiredDuringSchedulingIgnoredDuringExecution, "Terms that must all be met.");
        PreferredDuringSchedulingIgnoredDuringExecution = fields.Default(
            "preferredDuringSchedulingIgnoredDuringExecution",
            new ListType<WeightedPodAffinityTerm>(WeightedPodAffinityTerm.Type, maxItems: 8),
            PreferredDuringSchedulingIgnoredDuringExecution, "Terms that should be met.");
    }
}

/// <summary>A preferred <see cref="Scheduling.PodAffinityTerm"/>.</summary>
public sealed record WeightedPodAffinityTerm
{
    public static readonly ObjectType<WeightedPodAffinityTerm> Type = new(fields => new(fields));

    public required int Weight { get; init; }
    public required PodAffinityTerm PodAffinityTerm { get; init; }

    public WeightedPodAffinityTerm()
    {
    }

    [SetsRequiredMembers]
    WeightedPodAffinityTerm(FieldReader fields)
    {
        Weight = fields.Required("weight", new IntegerType<int>(1, 100), "How much the term counts.");
        PodAffinityTerm = fields.Required("podAffinityTerm", Scheduling.PodAffinityTerm.Type, "The term.");
    }
}

/// <summary>Pods of the namespace, and how near they are.</summary>
public sealed record PodAffinityTerm
{
    public static readonly ObjectType<PodAffinityTerm> Type = new(fields => new(fields));

    /// <summary>Null means the pods of the same server.</summary>
    public LabelSelector? LabelSelector { get; init; }

    public required string TopologyKey { get; init; }

    public PodAffinityTerm()
    {
    }

    [SetsRequiredMembers]
    PodAffinityTerm(FieldReader fields)
    {
        LabelSelector = fields.Optional("labelSelector", Scheduling.LabelSelector.Type,
            "The pods of the namespace. If omitted, the pods of the same server.");
        TopologyKey = fields.Required("topologyKey", LabelTypes.Key,
            "The label of nodes that are one place, such as kubernetes.io/hostname or topology.kubernetes.io/zone.");
    }
}
