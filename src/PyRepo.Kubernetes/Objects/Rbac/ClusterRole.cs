using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>Rights in all namespaces, and to what stands in none.</summary>
public sealed record ClusterRole : KubernetesObject
{
    public IReadOnlyList<PolicyRule>? Rules { get; init; }
}
