using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>Declares a kind to the API (<c>apiextensions.k8s.io/v1</c>).</summary>
public sealed record CustomResourceDefinition : KubernetesObject
{
    public required CustomResourceDefinitionSpec Spec { get; init; }
}
