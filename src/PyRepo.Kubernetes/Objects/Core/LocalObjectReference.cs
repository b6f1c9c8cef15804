namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>Another object of the namespace.</summary>
public sealed record LocalObjectReference
{
    public required string Name { get; init; }
}
