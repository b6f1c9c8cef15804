namespace PyRepo.Kubernetes.Objects;

/// <summary>Who leads, and until when.</summary>
public sealed record Lease : KubernetesObject
{
    public LeaseSpec? Spec { get; init; }
}
