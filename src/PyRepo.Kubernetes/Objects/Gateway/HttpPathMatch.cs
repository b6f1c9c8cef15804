namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpPathMatch
{
    public required string Type { get; init; }

    public required string Value { get; init; }
}
