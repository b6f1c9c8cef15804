using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Status;

/// <summary>A pod, and its server's report.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Report">What its server reported; null: nothing yet, or nothing that can be parsed.</param>
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
