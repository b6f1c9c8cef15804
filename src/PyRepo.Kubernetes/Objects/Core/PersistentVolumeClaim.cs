using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A claim on storage.</summary>
public sealed record PersistentVolumeClaim : KubernetesObject
{
    public PersistentVolumeClaimSpec? Spec { get; init; }

    public PersistentVolumeClaimStatus? Status { get; init; }
}

public sealed record PersistentVolumeClaimStatus
{
    /// <summary>Pending, Bound or Lost.</summary>
    public string? Phase { get; init; }

    public IReadOnlyDictionary<string, string>? Capacity { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }
}

public sealed record PersistentVolumeClaimSpec
{
    public string? StorageClassName { get; init; }

    public IReadOnlyList<string>? AccessModes { get; init; }

    public ResourceRequirements? Resources { get; init; }

    public string? VolumeName { get; init; }

    /// <summary>The object from which the volume is made; null: it begins empty. It never changes.</summary>
    public VolumeSource? DataSource { get; init; }
}

/// <summary>An object of the claim's namespace from which a volume is made.</summary>
public sealed record VolumeSource
{
    public string? ApiGroup { get; init; }

    public string? Kind { get; init; }

    public string? Name { get; init; }
}
