namespace PyRepo.Kubernetes.Objects.Core;

public sealed record LifecycleHandler
{
    public SleepAction? Sleep { get; init; }
}
