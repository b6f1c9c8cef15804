namespace PyRepo.Kubernetes.Objects.Core;

public sealed record EnvironmentVariable
{
    public required string Name { get; init; }

    public string? Value { get; init; }
}
