namespace PyRepo.Kubernetes.Objects;

public sealed record LifecycleHandler
{
    public SleepAction? Sleep { get; init; }
}
