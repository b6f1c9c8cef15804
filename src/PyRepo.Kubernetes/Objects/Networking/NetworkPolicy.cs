using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

/// <summary>Which connections pods may have.</summary>
public sealed record NetworkPolicy : KubernetesObject
{
    public NetworkPolicySpec? Spec { get; init; }
}

public sealed record NetworkPolicySpec
{
    public required LabelSelector PodSelector { get; init; }

    public IReadOnlyList<string>? PolicyTypes { get; init; }

    public IReadOnlyList<NetworkPolicyIngress>? Ingress { get; init; }

    public IReadOnlyList<NetworkPolicyEgress>? Egress { get; init; }
}

public sealed record NetworkPolicyEgress
{
    public IReadOnlyList<NetworkPolicyPeer>? To { get; init; }

    public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }
}

public sealed record NetworkPolicyIngress
{
    public IReadOnlyList<NetworkPolicyPeer>? From { get; init; }

    public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }
}

public sealed record NetworkPolicyPort
{
    public string? Protocol { get; init; }

    public IntOrString? Port { get; init; }
}

public sealed record NetworkPolicyPeer
{
    public LabelSelector? NamespaceSelector { get; init; }

    public LabelSelector? PodSelector { get; init; }

    public IpBlock? IpBlock { get; init; }
}

public sealed record IpBlock
{
    public required string Cidr { get; init; }

    public IReadOnlyList<string>? Except { get; init; }
}
