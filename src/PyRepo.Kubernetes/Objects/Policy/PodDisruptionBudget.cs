using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Policy;

/// <summary>How many pods may be away at once.</summary>
public sealed record PodDisruptionBudget : KubernetesObject
{
    public PodDisruptionBudgetSpec? Spec { get; init; }
}

public sealed record PodDisruptionBudgetSpec
{
    public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Cannot be set together with <see cref="MaxUnavailable"/>.</summary>
    public IntOrString? MinAvailable { get; init; }

    /// <summary>
    /// IfHealthyBudget or AlwaysAllow: whether a pod that is not ready may hold up a node's draining.
    /// </summary>
    public string? UnhealthyPodEvictionPolicy { get; init; }

    public required LabelSelector Selector { get; init; }
}
