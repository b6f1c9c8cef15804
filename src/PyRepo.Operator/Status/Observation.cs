using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Status;

/// <summary>A resource's children as they are now, and what its servers report.</summary>
public sealed record Observation
{
    public Deployment? Deployment { get; init; }

    /// <summary>The message of the newest event about the claim, while it is pending; null: there is none.</summary>
    public string? PersistentVolumeClaimEvent { get; init; }

    /// <summary>Whether the desired Ingress or HTTPRoute exists.</summary>
    public bool HasRoute { get; init; }

    /// <summary>The pods of the Deployment.</summary>
    public ImmutableArray<ObservedPod> Pods { get; init; } = [];

    /// <summary>Whether a server lacks one of the operator's own Secrets.</summary>
    public bool HasMissingSecrets => Pods.Any(pod => pod.Report is { MissingSecrets.Count: > 0 });

    /// <summary>For a group: its members, in order.</summary>
    public ImmutableArray<ObservedMember> Members { get; init; } = [];

    /// <summary>The first object that has a child's name and is not the operator's; null: none.</summary>
    public ObjectReference? Conflict { get; init; }

    /// <summary>The API server's message when it rejected a child; null: it rejected none.</summary>
    public string? WriteFailure { get; init; }
}
