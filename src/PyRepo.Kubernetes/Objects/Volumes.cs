namespace PyRepo.Kubernetes.Objects;

/// <summary>A volume of a pod: one of its sources is set.</summary>
public sealed record Volume
{
    public required string Name { get; init; }

    public ClaimSource? PersistentVolumeClaim { get; init; }

    public EmptyDirSource? EmptyDir { get; init; }

    public ProjectedSource? Projected { get; init; }
}

public sealed record ClaimSource
{
    public required string ClaimName { get; init; }
}

public sealed record EmptyDirSource
{
    public string? SizeLimit { get; init; }
}

/// <summary>Several sources in one folder, swapped as a whole.</summary>
public sealed record ProjectedSource
{
    public required IReadOnlyList<VolumeProjection> Sources { get; init; }
}

public sealed record VolumeProjection
{
    public NamedProjection? ConfigMap { get; init; }

    public NamedProjection? Secret { get; init; }
}

public sealed record NamedProjection
{
    public required string Name { get; init; }

    /// <summary>Which keys, and where to; left out: all, at the root.</summary>
    public IReadOnlyList<KeyToPath>? Items { get; init; }

    public bool? Optional { get; init; }
}

public sealed record KeyToPath
{
    public required string Key { get; init; }

    public required string Path { get; init; }
}

/// <summary>A claim on storage.</summary>
public sealed record PersistentVolumeClaim : KubernetesObject
{
    public PersistentVolumeClaimSpec? Spec { get; init; }

    public PersistentVolumeClaimStatus? Status { get; init; }
}

public sealed record PersistentVolumeClaimSpec
{
    public string? StorageClassName { get; init; }

    public IReadOnlyList<string>? AccessModes { get; init; }

    public ResourceNeeds? Resources { get; init; }

    public string? VolumeName { get; init; }
}

public sealed record PersistentVolumeClaimStatus
{
    /// <summary>Pending, Bound or Lost.</summary>
    public string? Phase { get; init; }

    public IReadOnlyDictionary<string, string>? Capacity { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>A kind of storage; of no namespace.</summary>
public sealed record StorageClass : KubernetesObject
{
    public string? Provisioner { get; init; }

    public bool? AllowVolumeExpansion { get; init; }
}
