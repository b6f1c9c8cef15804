using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Apps;

/// <summary>Pods of one template, and how they are replaced.</summary>
public sealed record Deployment : KubernetesObject
{
    public DeploymentSpec? Spec { get; init; }

    public DeploymentStatus? Status { get; init; }
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
