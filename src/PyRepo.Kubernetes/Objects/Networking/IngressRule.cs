namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressRule
{
    public string? Host { get; init; }

    public required IngressHttp Http { get; init; }
}
