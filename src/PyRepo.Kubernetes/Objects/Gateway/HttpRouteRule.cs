namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpRouteRule
{
    public IReadOnlyList<HttpRouteMatch>? Matches { get; init; }

    public IReadOnlyList<HttpRouteBackend>? BackendRefs { get; init; }

    public HttpRouteTimeouts? Timeouts { get; init; }
}
