using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects;

namespace PyRepo.Operator.Status;

/// <summary>What is there of a resource's children when it is looked at, and what its servers say.</summary>
public sealed record Observation
{
    public Deployment? Deployment { get; init; }

    /// <summary>What the newest event about the claim says, while it is pending; null: nothing.</summary>
    public string? ClaimEvent { get; init; }

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

/// <summary>A pod, and its server's answer.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Report">What its server answered; null: nothing yet, or nothing that can be read.</param>
/// <param name="ReportedAt">When.</param>
public sealed record ObservedPod(Pod Pod, ServerReport? Report, DateTimeOffset ReportedAt)
{
    /// <summary>Whether it takes requests.</summary>
    public bool IsReady => Pod.Metadata.DeletionTimestamp is null
        && Pod.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) is true;

    /// <summary>Whether it was made from a template.</summary>
    public bool IsOf(string? templateHash) => Pod.Metadata.DeletionTimestamp is null
        && Pod.Metadata.Annotations?.GetValueOrDefault(Manifests.Annotations.Template) == templateHash;
}

/// <summary>A member of a group.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Exists">Whether it is there.</param>
/// <param name="Ready">Its condition Ready; null: it has none yet.</param>
public sealed record ObservedMember(string Kind, string Name, bool Exists, Condition? Ready);
