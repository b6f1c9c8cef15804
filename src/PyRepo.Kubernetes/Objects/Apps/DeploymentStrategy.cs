namespace PyRepo.Kubernetes.Objects.Apps;

public sealed record DeploymentStrategy
{
    /// <summary>Recreate or RollingUpdate.</summary>
    public required string Type { get; init; }

    public RollingUpdate? RollingUpdate { get; init; }
}
