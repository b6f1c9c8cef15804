namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A volume of a pod: one of its sources is set.</summary>
public sealed record Volume
{
    public required string Name { get; init; }

    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }

    public EmptyDirSource? EmptyDir { get; init; }

    public ProjectedSource? Projected { get; init; }
}
