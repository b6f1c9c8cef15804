namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressSpec
{
    public string? IngressClassName { get; init; }

    public IReadOnlyList<IngressRule>? Rules { get; init; }

    public IReadOnlyList<IngressTls>? Tls { get; init; }
}
