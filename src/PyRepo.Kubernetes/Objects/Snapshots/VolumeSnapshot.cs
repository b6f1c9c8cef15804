using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Snapshots;

/// <summary>
/// A snapshot of a claim's volume
/// (<see href="https://kubernetes.io/docs/concepts/storage/volume-snapshots/">Volume Snapshots</see>).
/// </summary>
public sealed record VolumeSnapshot : KubernetesObject
{
    public VolumeSnapshotSpec? Spec { get; init; }

    public VolumeSnapshotStatus? Status { get; init; }
}

public sealed record VolumeSnapshotSpec
{
    public string? VolumeSnapshotClassName { get; init; }

    public VolumeSnapshotSource? Source { get; init; }
}

public sealed record VolumeSnapshotSource
{
    public string? PersistentVolumeClaimName { get; init; }
}

public sealed record VolumeSnapshotStatus
{
    /// <summary>Whether a volume can be made from it.</summary>
    public bool? ReadyToUse { get; init; }

    /// <summary>When the storage took it.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>The least size of a volume that is made from it: a quantity.</summary>
    public IntOrString? RestoreSize { get; init; }

    /// <summary>Why it could not be taken. It may be tried again, and succeed.</summary>
    public VolumeSnapshotError? Error { get; init; }
}

public sealed record VolumeSnapshotError
{
    public string? Message { get; init; }
}
