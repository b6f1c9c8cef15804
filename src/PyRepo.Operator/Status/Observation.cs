using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Status;

/// <summary>A resource's children as they are now, and what its servers report.</summary>
public sealed record Observation
{
    public Deployment? Deployment { get; init; }

    /// <summary>The message of the newest event about the claim, while it is pending; null: there is none.</summary>
    public string? PersistentVolumeClaimEvent { get; init; }

    /// <summary>Whether there is a ConfigMap of the name of the claim for a bucket, whoever made it.</summary>
    public bool HasClaimConfigMap { get; init; }

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

    /// <summary>The API server's message when it refused to let the claim grow; null: it did not.</summary>
    public string? GrowthRefusal { get; init; }
}

/// <summary>A member of a group.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Exists">Whether it is there.</param>
/// <param name="Ready">Its condition Ready; null: it has none yet.</param>
public sealed record ObservedMember(string Kind, string Name, bool Exists, Condition? Ready);

/// <summary>A pod, and its server's report.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Report">The report of its server; null: nothing yet, or nothing that can be parsed.</param>
/// <param name="ReportedAt">The time of the report.</param>
public sealed record ObservedPod(Pod Pod, ServerReport? Report, DateTimeOffset ReportedAt)
{
    /// <summary>For how long a pod that cannot be asked is taken for one that starts.</summary>
    static readonly TimeSpan _startTime = TimeSpan.FromMinutes(1);

    /// <summary>Why its server cannot be asked; null: it can, or was not asked.</summary>
    public string? Failure { get; init; }

    /// <summary>Since when its server cannot be asked.</summary>
    public DateTimeOffset FailingSince { get; init; }

    /// <summary>Whether its server has not answered for longer than a start takes.</summary>
    public bool IsUnreachable(DateTimeOffset now) => Failure is not null && now - FailingSince >= _startTime;

    /// <summary>Whether it accepts requests.</summary>
    public bool IsReady => Pod.Metadata.DeletionTimestamp is null
        && Pod.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) is true;

    /// <summary>Whether it was made from a template.</summary>
    public bool IsOf(string? templateHash) => Pod.Metadata.DeletionTimestamp is null
        && Pod.Metadata.Annotations?.GetValueOrDefault(Manifests.Annotations.Template) == templateHash;
}
