namespace PyRepo.Kubernetes.Objects.Core;

public sealed record SleepAction
{
    public required long Seconds { get; init; }
}
