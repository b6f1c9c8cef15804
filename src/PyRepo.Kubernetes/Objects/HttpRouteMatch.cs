namespace PyRepo.Kubernetes.Objects;

public sealed record HttpRouteMatch
{
    public HttpPathMatch? Path { get; init; }
}
