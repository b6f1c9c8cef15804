using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Batch;

/// <summary>Pods that run to their end.</summary>
public sealed record Job : KubernetesObject
{
    public JobSpec? Spec { get; init; }

    public JobStatus? Status { get; init; }
}

public sealed record JobStatus
{
    /// <summary>Complete or Failed is True once it ended.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

public sealed record JobSpec
{
    /// <summary>How many pods may fail before the Job does.</summary>
    public int? BackoffLimit { get; init; }

    /// <summary>After this long the Job fails, whatever its pods do.</summary>
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>How long an ended Job stays.</summary>
    public int? TtlSecondsAfterFinished { get; init; }

    public PodTemplate? Template { get; init; }
}
