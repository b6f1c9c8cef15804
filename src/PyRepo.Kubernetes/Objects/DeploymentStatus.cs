namespace PyRepo.Kubernetes.Objects;

public sealed record DeploymentStatus
{
    public long? ObservedGeneration { get; init; }

    public int? Replicas { get; init; }

    public int? UpdatedReplicas { get; init; }

    public int? ReadyReplicas { get; init; }

    public int? AvailableReplicas { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }
}
