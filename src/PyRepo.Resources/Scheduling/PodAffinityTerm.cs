using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Scheduling;

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
