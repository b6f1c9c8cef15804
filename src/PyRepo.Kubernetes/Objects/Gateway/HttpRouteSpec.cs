namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpRouteSpec
{
    public IReadOnlyList<GatewayParent>? ParentRefs { get; init; }

    public IReadOnlyList<string>? Hostnames { get; init; }

    public IReadOnlyList<HttpRouteRule>? Rules { get; init; }
}
