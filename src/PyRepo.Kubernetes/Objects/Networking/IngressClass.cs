using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

/// <summary>Which program serves the Ingresses of a class; of no namespace.</summary>
public sealed record IngressClass : KubernetesObject
{
    public IngressClassSpec? Spec { get; init; }
}

public sealed record IngressClassSpec
{
    public string? Controller { get; init; }
}
