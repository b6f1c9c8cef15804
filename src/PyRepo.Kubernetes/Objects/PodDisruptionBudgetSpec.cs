namespace PyRepo.Kubernetes.Objects;

public sealed record PodDisruptionBudgetSpec
{
    public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Not beside <see cref="MaxUnavailable"/>.</summary>
    public IntOrString? MinAvailable { get; init; }

    /// <summary>IfHealthyBudget or AlwaysAllow: whether a pod that is not ready may hold up a node's draining.</summary>
    public string? UnhealthyPodEvictionPolicy { get; init; }

    public required LabelSelector Selector { get; init; }
}
