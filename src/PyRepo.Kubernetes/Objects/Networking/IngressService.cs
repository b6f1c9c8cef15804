namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressService
{
    public required string Name { get; init; }

    public required IngressPort Port { get; init; }
}
