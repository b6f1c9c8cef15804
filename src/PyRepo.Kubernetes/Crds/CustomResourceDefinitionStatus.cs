using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Crds;

/// <summary>What the API says of a definition.</summary>
public sealed record CustomResourceDefinitionStatus
{
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
