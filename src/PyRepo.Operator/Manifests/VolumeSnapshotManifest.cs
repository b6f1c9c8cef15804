using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// A snapshot of a repository's volume, which is a backup of it. It has no owner, whatever the deletion policy is: a
/// backup outlives what it backs up.
/// </summary>
static class VolumeSnapshotManifest
{
    /// <summary>The clock of whoever makes a snapshot may be this far ahead of the cluster's.</summary>
    public static TimeSpan ClockTolerance { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The snapshot of a claim.</summary>
    /// <param name="resource">The resource whose data the claim has.</param>
    /// <param name="pvc">The claim.</param>
    /// <param name="className">The class.</param>
    /// <param name="time">The time by which it is called.</param>
    public static VolumeSnapshot Create(
        DeclaredResource resource, PersistentVolumeClaim pvc, string className, DateTimeOffset time)
    {
        var metadata = ChildMetadata.Data(resource, ChildNames.Snapshot(resource.Name, time), isRetained: true);
        (string, string)[] request = FindRequest(resource) is { } text ? [(Annotations.Backup, text)] : [];
        return new()
        {
            Metadata = metadata with
            {
                Annotations = ChildMetadata.Texts([
                    .. metadata.Annotations!.Select(a => (a.Key, a.Value)), (Annotations.Claim, pvc.Metadata.Uid ?? ""),
                    .. request]),
            },
            Spec = new()
            {
                VolumeSnapshotClassName = className,
                Source = new() { PersistentVolumeClaimName = pvc.Metadata.Name },
            },
        };
    }

    /// <summary>The request for a backup beside the schedule; null: there is none.</summary>
    public static string? FindRequest(DeclaredResource resource) =>
        BackupRequest.From(resource.Annotation(Annotations.Backup));

    /// <summary>The request that a snapshot met; null: there was none.</summary>
    public static string? FindRequest(VolumeSnapshot snapshot) =>
        snapshot.Metadata.Annotations?.GetValueOrDefault(Annotations.Backup);

    /// <summary>Whether the operator made a snapshot for a resource, perhaps of a claim that is gone.</summary>
    public static bool IsOf(ObjectMeta snapshot, DeclaredResource resource) =>
        Ownership.GetReconciledOwner(snapshot) == ResourceKey.From(resource)
        && Ownership.GetDataOwner(snapshot) == ResourceKey.From(resource);

    /// <summary>Whether the operator made it of this very claim.</summary>
    public static bool IsOf(VolumeSnapshot snapshot, DeclaredResource resource, PersistentVolumeClaim pvc) =>
        IsOf(snapshot.Metadata, resource)
        && snapshot.Spec?.Source?.PersistentVolumeClaimName == pvc.Metadata.Name
        && snapshot.Metadata.Annotations?.GetValueOrDefault(Annotations.Claim) == pvc.Metadata.Uid;

    /// <summary>
    /// When it was due or made, whichever is later: the clocks of the operator and the cluster differ. A name that is far
    /// ahead says nothing: such a clock was wrong, or somebody else gave the name.
    /// </summary>
    public static DateTimeOffset GetTime(VolumeSnapshot snapshot)
    {
        var due = ChildNames.FindSnapshotTime(snapshot.Metadata.Name ?? "");
        return snapshot.Metadata.CreationTimestamp is not { } made ? due ?? default
            : due > made && due - made <= ClockTolerance ? due.Value
            : made;
    }

    /// <summary>The least size of a volume that is made from it; null: not known.</summary>
    public static Quantity? SizeOf(VolumeSnapshot snapshot) =>
        snapshot.Status?.RestoreSize is { } text && Quantity.TryParse(text.Text, out var size) ? size : null;
}
