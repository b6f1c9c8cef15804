namespace PyRepo.Kubernetes.Objects.Core;

public sealed record NamedProjection
{
    public required string Name { get; init; }

    /// <summary>Which keys, and where to; left out: all, at the root.</summary>
    public IReadOnlyList<KeyToPath>? Items { get; init; }

    public bool? Optional { get; init; }
}
