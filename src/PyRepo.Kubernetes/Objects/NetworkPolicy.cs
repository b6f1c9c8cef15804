namespace PyRepo.Kubernetes.Objects;

/// <summary>Which connections pods may have.</summary>
public sealed record NetworkPolicy : KubernetesObject
{
    public NetworkPolicySpec? Spec { get; init; }
}
