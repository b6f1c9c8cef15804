namespace PyRepo.Kubernetes.Objects;

/// <summary>Who a pod is.</summary>
public sealed record ServiceAccount : KubernetesObject
{
    public bool? AutomountServiceAccountToken { get; init; }
}
