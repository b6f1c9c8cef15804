using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record NetworkPolicySpec
{
    public required LabelSelector PodSelector { get; init; }

    public IReadOnlyList<string>? PolicyTypes { get; init; }

    public IReadOnlyList<NetworkPolicyIngress>? Ingress { get; init; }

    public IReadOnlyList<NetworkPolicyEgress>? Egress { get; init; }
}
