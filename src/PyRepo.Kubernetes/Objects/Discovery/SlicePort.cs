namespace PyRepo.Kubernetes.Objects.Discovery;

public sealed record SlicePort
{
    public int? Port { get; init; }
}
