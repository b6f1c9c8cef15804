namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>What a definition declares.</summary>
public sealed record CustomResourceDefinitionSpec
{
    public required string Group { get; init; }

    public required CustomResourceNames Names { get; init; }

    /// <summary>Namespaced or Cluster.</summary>
    public required string Scope { get; init; }

    public required IReadOnlyList<CustomResourceVersion> Versions { get; init; }
}
