using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>The step that is due for a claim that grows by itself.</summary>
/// <param name="State">The state.</param>
/// <param name="Size">The size that the claim should ask for; the one that it asks for if no step is due.</param>
public readonly record struct VolumeGrowth(GrowthState State, Quantity Size)
{
    /// <summary>
    /// By how many percent its use must fall before a volume at its maximum is no longer reported: its state would
    /// change with each file.
    /// </summary>
    const int Slack = 3;

    /// <summary>
    /// Decides. No step follows another before the claim's capacity and the file system have: what a server reports
    /// may be older than the last step.
    /// </summary>
    /// <param name="growth">When it grows.</param>
    /// <param name="pvc">The claim as it is.</param>
    /// <param name="volume">How full it is; null: not known.</param>
    /// <param name="wasAtMax">Whether it was <see cref="GrowthState.AtMax"/> before.</param>
    public static VolumeGrowth Decide(
        AutoGrowSpec growth, PersistentVolumeClaim pvc, VolumeReport? volume, bool wasAtMax)
    {
        ArgumentNullException.ThrowIfNull(growth);
        ArgumentNullException.ThrowIfNull(pvc);
        if (PersistentVolumeClaimManifest.RequestedBy(pvc) is not { } size)
            return new(GrowthState.None, default);
        var isAtMax = growth.GetNext(size) is null;
        if (volume is null)
            return new(wasAtMax && isAtMax ? GrowthState.AtMax : GrowthState.None, size);
        var used = volume.GetUsedPercent();
        if (used < growth.At)
            return new(wasAtMax && isAtMax && used > growth.At - Slack ? GrowthState.AtMax : GrowthState.None, size);
        if (!HasFollowed(pvc, size, volume))
            return new(GrowthState.Growing, size);
        return growth.GetNext(size) is { } next ? new(GrowthState.Due, next) : new(GrowthState.AtMax, size);
    }

    static bool HasFollowed(PersistentVolumeClaim pvc, Quantity size, VolumeReport volume) =>
        pvc.Status is { Phase: "Bound" } && PersistentVolumeClaimManifest.CapacityOf(pvc) >= size
        && !(GrowthNote.From(pvc) is { } last && volume.Size <= last.FileSystem);
}

/// <summary>The state of a claim that grows by itself.</summary>
public enum GrowthState
{
    /// <summary>There is room.</summary>
    None,

    /// <summary>It is time for a step.</summary>
    Due,

    /// <summary>The last step is not done.</summary>
    Growing,

    /// <summary>It would be time for a step, and the claim has its maximum.</summary>
    AtMax,
}
