namespace PyRepo.Kubernetes.Objects;

public sealed record IpBlock
{
    public required string Cidr { get; init; }

    public IReadOnlyList<string>? Except { get; init; }
}
