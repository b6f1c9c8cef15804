namespace PyRepo.Kubernetes.Objects;

public sealed record IngressHostsSpec
{
    public IReadOnlyList<IngressHost>? Rules { get; init; }
}
