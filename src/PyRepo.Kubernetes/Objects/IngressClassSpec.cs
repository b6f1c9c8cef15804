namespace PyRepo.Kubernetes.Objects;

public sealed record IngressClassSpec
{
    public string? Controller { get; init; }
}
