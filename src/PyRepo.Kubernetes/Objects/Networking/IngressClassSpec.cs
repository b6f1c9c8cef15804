namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressClassSpec
{
    public string? Controller { get; init; }
}
