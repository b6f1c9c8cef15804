using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>The identity of a pod.</summary>
public sealed record ServiceAccount : KubernetesObject
{
    public bool? AutomountServiceAccountToken { get; init; }
}
