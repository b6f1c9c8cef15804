using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Apps;

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
