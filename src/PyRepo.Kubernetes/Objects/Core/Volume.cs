namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A volume of a pod: one of its sources is set.</summary>
public sealed record Volume
{
    public required string Name { get; init; }

    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }

    public EmptyDirSource? EmptyDir { get; init; }

    public ProjectedSource? Projected { get; init; }
}

public sealed record EmptyDirSource
{
    public string? SizeLimit { get; init; }
}

public sealed record PersistentVolumeClaimVolumeSource
{
    public required string ClaimName { get; init; }
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

    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }
}

/// <summary>A token of the pod's ServiceAccount for somebody outside the cluster.</summary>
public sealed record ServiceAccountTokenProjection
{
    /// <summary>For whom it is.</summary>
    public required string Audience { get; init; }

    public long? ExpirationSeconds { get; init; }

    public required string Path { get; init; }
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
