namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressTls
{
    public IReadOnlyList<string>? Hosts { get; init; }

    public string? SecretName { get; init; }
}
