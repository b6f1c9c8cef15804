namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressHttp
{
    public required IReadOnlyList<IngressPath> Paths { get; init; }
}
