namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record NetworkPolicyIngress
{
    public IReadOnlyList<NetworkPolicyPeer>? From { get; init; }

    public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }
}
