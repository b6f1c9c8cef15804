namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpRouteBackend
{
    public required string Name { get; init; }

    public required int Port { get; init; }
}
