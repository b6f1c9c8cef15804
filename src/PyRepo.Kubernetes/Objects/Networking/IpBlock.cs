namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IpBlock
{
    public required string Cidr { get; init; }

    public IReadOnlyList<string>? Except { get; init; }
}
