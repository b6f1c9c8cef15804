namespace PyRepo.Kubernetes.Objects;

public sealed record IngressHttp
{
    public required IReadOnlyList<IngressPath> Paths { get; init; }
}
