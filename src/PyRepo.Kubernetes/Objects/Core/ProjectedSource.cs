namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>Several sources in one folder, swapped as a whole.</summary>
public sealed record ProjectedSource
{
    public required IReadOnlyList<VolumeProjection> Sources { get; init; }
}
