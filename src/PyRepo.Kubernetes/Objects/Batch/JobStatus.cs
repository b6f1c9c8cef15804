using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Batch;

public sealed record JobStatus
{
    /// <summary>Complete or Failed is True once it ended.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
