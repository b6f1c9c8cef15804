namespace PyRepo.Kubernetes.Objects;

public sealed record SlicePort
{
    public int? Port { get; init; }
}
