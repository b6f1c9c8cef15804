namespace PyRepo.Kubernetes.Objects;

/// <summary>Pods of one template, and how they are replaced.</summary>
public sealed record Deployment : KubernetesObject
{
    public DeploymentSpec? Spec { get; init; }

    public DeploymentStatus? Status { get; init; }
}

public sealed record DeploymentSpec
{
    /// <summary>Left out where something else scales it.</summary>
    public int? Replicas { get; init; }

    public required LabelSelector Selector { get; init; }

    public DeploymentStrategy? Strategy { get; init; }

    public int? RevisionHistoryLimit { get; init; }

    public int? ProgressDeadlineSeconds { get; init; }

    public required PodTemplate Template { get; init; }
}

public sealed record DeploymentStrategy
{
    /// <summary>Recreate or RollingUpdate.</summary>
    public required string Type { get; init; }

    public RollingUpdate? RollingUpdate { get; init; }
}

public sealed record RollingUpdate
{
    public IntOrString? MaxUnavailable { get; init; }

    public IntOrString? MaxSurge { get; init; }
}

public sealed record DeploymentStatus
{
    public long? ObservedGeneration { get; init; }

    public int? Replicas { get; init; }

    public int? UpdatedReplicas { get; init; }

    public int? ReadyReplicas { get; init; }

    public int? AvailableReplicas { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>How many pods may be away at once.</summary>
public sealed record PodDisruptionBudget : KubernetesObject
{
    public PodDisruptionBudgetSpec? Spec { get; init; }
}

public sealed record PodDisruptionBudgetSpec
{
    public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Not beside <see cref="MaxUnavailable"/>.</summary>
    public IntOrString? MinAvailable { get; init; }

    /// <summary>IfHealthyBudget or AlwaysAllow: whether a pod that is not ready may hold up a node's draining.</summary>
    public string? UnhealthyPodEvictionPolicy { get; init; }

    public required LabelSelector Selector { get; init; }
}

/// <summary>Which objects: those that have all these labels.</summary>
public sealed record LabelSelector
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    public IReadOnlyList<LabelRequirement>? MatchExpressions { get; init; }
}

/// <summary>What a selector asks of one label.</summary>
public sealed record LabelRequirement
{
    public required string Key { get; init; }

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    public required string Operator { get; init; }

    public IReadOnlyList<string>? Values { get; init; }
}
