namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record NetworkPolicyEgress
{
    public IReadOnlyList<NetworkPolicyPeer>? To { get; init; }

    public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }
}
