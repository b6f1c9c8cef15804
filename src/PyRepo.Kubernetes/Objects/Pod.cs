namespace PyRepo.Kubernetes.Objects;

/// <summary>A pod, as far as it tells how a server fares.</summary>
public sealed record Pod : KubernetesObject
{
    public PodSpec? Spec { get; init; }

    public PodStatus? Status { get; init; }
}
