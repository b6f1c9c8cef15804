using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Policy;

/// <summary>How many pods may be away at once.</summary>
public sealed record PodDisruptionBudget : KubernetesObject
{
    public PodDisruptionBudgetSpec? Spec { get; init; }
}
