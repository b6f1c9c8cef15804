namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressHost
{
    public string? Host { get; init; }
}
