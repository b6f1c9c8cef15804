namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressHostsSpec
{
    public IReadOnlyList<IngressHost>? Rules { get; init; }
}
