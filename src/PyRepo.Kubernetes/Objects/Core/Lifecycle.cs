namespace PyRepo.Kubernetes.Objects.Core;

public sealed record Lifecycle
{
    public LifecycleHandler? PreStop { get; init; }
}
