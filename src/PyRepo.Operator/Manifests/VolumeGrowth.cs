using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>The step that is due for a claim that grows by itself.</summary>
/// <param name="State">The state.</param>
/// <param name="Size">
/// The size that the claim should ask for; if no step is due, the one that it has or asks for, whichever is larger.
/// </param>
public readonly record struct VolumeGrowth(GrowthState State, Quantity Size)
{
    /// <summary>
    /// By how many percent its use must fall before a volume that was full no longer is: its state would change with
    /// each file.
    /// </summary>
    const int Slack = 3;

    /// <summary>
    /// Decides. No step follows another before the claim's capacity and the file system have: what a server reports
    /// may be older than the last step.
    /// </summary>
    /// <remarks>
    /// A volume may be larger than its claim asks for: providers have a least size, and an administrator's volume has
    /// any. A step that is no more than the capacity would change nothing.
    /// </remarks>
    /// <param name="growth">When it grows.</param>
    /// <param name="pvc">The claim as it is.</param>
    /// <param name="volume">How full it is; null: not known.</param>
    /// <param name="before">The state that was reported before.</param>
    public static VolumeGrowth Decide(
        AutoGrowSpec growth, PersistentVolumeClaim pvc, VolumeReport? volume, GrowthState before)
    {
        ArgumentNullException.ThrowIfNull(growth);
        ArgumentNullException.ThrowIfNull(pvc);
        if (PersistentVolumeClaimManifest.RequestedBy(pvc) is not { } requested)
            return new(GrowthState.None, default);
        var capacity = PersistentVolumeClaimManifest.CapacityOf(pvc);
        var size = capacity > requested ? capacity.Value : requested;
        var next = growth.GetNext(size);
        var note = GrowthNote.From(pvc);
        if (volume is null)
        {
            var isKept = next is null ? before is GrowthState.AtMax
                : before is GrowthState.Growing && note?.Size >= requested;
            return new(isKept ? before : GrowthState.None, size);
        }
        var used = volume.GetUsedPercent();
        var wasFull = before is GrowthState.AtMax or GrowthState.Growing;
        if (used < growth.At && !(wasFull && used > growth.At - Slack))
            return new(GrowthState.None, size);
        if (pvc.Status is not { Phase: "Bound" } || !(capacity >= requested))
            return new(GrowthState.Growing, size);
        // There is no other step, so nothing is to be waited for: the file system of some volumes never follows.
        if (next is null)
            return new(used >= growth.At || before is GrowthState.AtMax ? GrowthState.AtMax : GrowthState.None, size);
        if (volume.Size <= note?.FileSystem)
            return new(GrowthState.Growing, size);
        return used < growth.At ? new(GrowthState.None, size) : new(GrowthState.Due, next.Value);
    }
}

/// <summary>The state of a claim that grows by itself.</summary>
public enum GrowthState
{
    /// <summary>There is room.</summary>
    None,

    /// <summary>It is time for a step.</summary>
    Due,

    /// <summary>The last step is not done: the capacity or the file system has not followed.</summary>
    Growing,

    /// <summary>It would be time for a step, and the claim has its maximum.</summary>
    AtMax,
}
