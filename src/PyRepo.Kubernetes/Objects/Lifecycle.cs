namespace PyRepo.Kubernetes.Objects;

public sealed record Lifecycle
{
    public LifecycleHandler? PreStop { get; init; }
}
