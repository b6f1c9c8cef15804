namespace PyRepo.Kubernetes.Objects;

public sealed record RollingUpdate
{
    public IntOrString? MaxUnavailable { get; init; }

    public IntOrString? MaxSurge { get; init; }
}
