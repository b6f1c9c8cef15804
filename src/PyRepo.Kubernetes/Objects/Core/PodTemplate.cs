using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>The template that pods are made from.</summary>
public sealed record PodTemplate
{
    public ObjectMeta? Metadata { get; init; }

    public required PodSpec Spec { get; init; }
}
