using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Kubernetes.Objects.Batch;

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
