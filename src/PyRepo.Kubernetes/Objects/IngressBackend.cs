namespace PyRepo.Kubernetes.Objects;

public sealed record IngressBackend
{
    public required IngressService Service { get; init; }
}
