namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpRouteMatch
{
    public HttpPathMatch? Path { get; init; }
}
