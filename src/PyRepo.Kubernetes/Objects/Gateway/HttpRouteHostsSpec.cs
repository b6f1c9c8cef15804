namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpRouteHostsSpec
{
    public IReadOnlyList<string>? Hostnames { get; init; }
}
