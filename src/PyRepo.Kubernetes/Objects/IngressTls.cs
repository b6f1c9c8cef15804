namespace PyRepo.Kubernetes.Objects;

public sealed record IngressTls
{
    public IReadOnlyList<string>? Hosts { get; init; }

    public string? SecretName { get; init; }
}
