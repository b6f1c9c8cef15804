using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

/// <summary>What leads from outside to Services.</summary>
public sealed record Ingress : KubernetesObject
{
    public IngressSpec? Spec { get; init; }
}
