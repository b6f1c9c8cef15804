using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Scheduling;

/// <summary>How evenly pods are distributed
/// (<see href="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/">topology spread
/// constraints</see>).</summary>
public sealed record TopologySpreadConstraint
{
    public static readonly ObjectType<TopologySpreadConstraint> Type = new(fields => new(fields))
    {
        Rules = [SchedulingRules.MinDomainsNeedDoNotSchedule],
    };

    public required int MaxSkew { get; init; }
    public required string TopologyKey { get; init; }
    public required UnsatisfiableConstraintAction WhenUnsatisfiable { get; init; }

    /// <summary>Null means the pods of the same server.</summary>
    public LabelSelector? LabelSelector { get; init; }

    public int? MinDomains { get; init; }
    public NodeInclusionPolicy? NodeAffinityPolicy { get; init; }
    public NodeInclusionPolicy? NodeTaintsPolicy { get; init; }

    public TopologySpreadConstraint()
    {
    }

    [SetsRequiredMembers]
    TopologySpreadConstraint(FieldReader fields)
    {
        MaxSkew = fields.Required("maxSkew", new IntegerType<int>(1, 1000),
            "By how many pods two places may differ.");
        TopologyKey = fields.Required("topologyKey", LabelTypes.Key,
            "The label of nodes that are one place, such as kubernetes.io/hostname or topology.kubernetes.io/zone.");
        WhenUnsatisfiable = fields.Required("whenUnsatisfiable", new EnumType<UnsatisfiableConstraintAction>(),
            "Whether a pod waits for a node that fits, or runs on another one.");
        LabelSelector = fields.Optional("labelSelector", Scheduling.LabelSelector.Type,
            "The pods that are counted. If omitted, the pods of the same server.");
        MinDomains = fields.Optional("minDomains", new IntegerType<int>(1, 1000),
            "The number of places that there are at least. If omitted, those with a node.");
        NodeAffinityPolicy = fields.Optional("nodeAffinityPolicy", new EnumType<NodeInclusionPolicy>(),
            "Whether only nodes that the node affinity allows are counted. If omitted, they are.");
        NodeTaintsPolicy = fields.Optional("nodeTaintsPolicy", new EnumType<NodeInclusionPolicy>(),
            "Whether only nodes whose taints are tolerated are counted. If omitted, all are.");
    }
}

/// <summary>The action on a pod that no node fits.</summary>
public enum UnsatisfiableConstraintAction
{
    DoNotSchedule,
    ScheduleAnyway,
}

/// <summary>Whether a property of nodes counts.</summary>
public enum NodeInclusionPolicy
{
    Honor,
    Ignore,
}
