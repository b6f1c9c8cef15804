namespace PyRepo.Kubernetes.Objects;

public sealed record IngressHost
{
    public string? Host { get; init; }
}
