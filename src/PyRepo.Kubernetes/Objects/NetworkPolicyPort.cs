namespace PyRepo.Kubernetes.Objects;

public sealed record NetworkPolicyPort
{
    public string? Protocol { get; init; }

    public IntOrString? Port { get; init; }
}
