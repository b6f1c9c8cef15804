using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Rbac;

/// <summary>Rights in one namespace.</summary>
public sealed record Role : KubernetesObject
{
    public IReadOnlyList<PolicyRule>? Rules { get; init; }
}
