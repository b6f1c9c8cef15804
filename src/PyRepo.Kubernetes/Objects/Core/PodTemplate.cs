using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>What pods are made of.</summary>
public sealed record PodTemplate
{
    public ObjectMeta? Metadata { get; init; }

    public required PodSpec Spec { get; init; }
}
