namespace PyRepo.Kubernetes.Objects;

public sealed record NetworkPolicyPeer
{
    public LabelSelector? NamespaceSelector { get; init; }

    public LabelSelector? PodSelector { get; init; }

    public IpBlock? IpBlock { get; init; }
}
