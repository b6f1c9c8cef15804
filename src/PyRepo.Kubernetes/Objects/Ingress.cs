namespace PyRepo.Kubernetes.Objects;

/// <summary>What leads from outside to Services.</summary>
public sealed record Ingress : KubernetesObject
{
    public IngressSpec? Spec { get; init; }
}
