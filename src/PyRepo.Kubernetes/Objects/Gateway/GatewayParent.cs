namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record GatewayParent
{
    public required string Name { get; init; }

    public string? Namespace { get; init; }

    public string? SectionName { get; init; }
}
