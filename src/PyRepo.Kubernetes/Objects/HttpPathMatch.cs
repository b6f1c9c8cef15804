namespace PyRepo.Kubernetes.Objects;

public sealed record HttpPathMatch
{
    public required string Type { get; init; }

    public required string Value { get; init; }
}
