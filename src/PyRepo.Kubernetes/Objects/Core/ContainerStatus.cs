namespace PyRepo.Kubernetes.Objects.Core;

public sealed record ContainerStatus
{
    public required string Name { get; init; }

    public string? Image { get; init; }

    public ContainerState? State { get; init; }

    public ContainerState? LastState { get; init; }
}
