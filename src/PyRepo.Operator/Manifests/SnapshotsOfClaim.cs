using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Snapshots;

namespace PyRepo.Operator.Manifests;

/// <summary>The snapshots of a claim that the operator made, the newest first.</summary>
/// <param name="All">Those that nobody has deleted.</param>
/// <param name="OfOtherClaims">How many there are that were made of earlier claims for the same resource.</param>
sealed record SnapshotsOfClaim(ImmutableArray<VolumeSnapshot> All, int OfOtherClaims)
{
    /// <summary>The most that are deleted at once.</summary>
    const int MaxDeleted = 20;

    /// <summary>Those from which a volume can be made.</summary>
    public ImmutableArray<VolumeSnapshot> Ready { get; } = [.. All.Where(SnapshotPlan.IsReady)];

    public VolumeSnapshot? Newest => Ready.FirstOrDefault();

    public VolumeSnapshot? LastAttempt => All.FirstOrDefault();

    public static SnapshotsOfClaim From(
        DeclaredResource resource, ReconcileInputs inputs, PersistentVolumeClaim pvc)
    {
        var live = inputs.Snapshots
            .Where(s => s.Metadata.DeletionTimestamp is null && VolumeSnapshotManifest.IsOf(s.Metadata, resource))
            .ToArray();
        ImmutableArray<VolumeSnapshot> own =
        [
            .. live.Where(s => VolumeSnapshotManifest.IsOf(s, resource, pvc))
                .OrderByDescending(VolumeSnapshotManifest.GetTime)
                .ThenByDescending(s => s.Metadata.Name, StringComparer.Ordinal),
        ];
        return new(own, live.Length - own.Length);
    }

    /// <summary>
    /// Returns the oldest beyond the number that is kept, and all that failed but the last attempt: what is not ready
    /// takes no place of one that is.
    /// </summary>
    public ImmutableArray<VolumeSnapshot> GetSuperfluous(int keep) =>
        [.. Ready.Skip(keep).Concat(All.Skip(1).Except(Ready)).Reverse().Take(MaxDeleted)];
}
