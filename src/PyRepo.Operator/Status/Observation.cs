using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Status;

/// <summary>What is there of a resource's children when it is looked at, and what its servers say.</summary>
public sealed record Observation
{
    public Deployment? Deployment { get; init; }

    /// <summary>What the newest event about the claim says, while it is pending; null: nothing.</summary>
    public string? PersistentVolumeClaimEvent { get; init; }

    /// <summary>Whether the Ingress or HTTPRoute that is wanted is there.</summary>
    public bool HasRoute { get; init; }

    /// <summary>The pods of the Deployment.</summary>
    public ImmutableArray<ObservedPod> Pods { get; init; } = [];

    /// <summary>For a group: its members, in order.</summary>
    public ImmutableArray<ObservedMember> Members { get; init; } = [];

    /// <summary>The first object that is in the way: of a child's name, and not the operator's; null: none.</summary>
    public ObjectReference? Conflict { get; init; }

    /// <summary>What the API server said when it refused a child, or another fault of this visit; null: nothing.</summary>
    public string? WriteFailure { get; init; }
}
