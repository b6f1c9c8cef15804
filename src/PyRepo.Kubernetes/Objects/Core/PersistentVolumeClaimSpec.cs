namespace PyRepo.Kubernetes.Objects.Core;

public sealed record PersistentVolumeClaimSpec
{
    public string? StorageClassName { get; init; }

    public IReadOnlyList<string>? AccessModes { get; init; }

    public ResourceRequirements? Resources { get; init; }

    public string? VolumeName { get; init; }
}
