namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressBackend
{
    public required IngressService Service { get; init; }
}
