namespace PyRepo.Kubernetes.Objects.Core;

public sealed record ContainerState
{
    public StateReason? Waiting { get; init; }

    public StateReason? Terminated { get; init; }
}
