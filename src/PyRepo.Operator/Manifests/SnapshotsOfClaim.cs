using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Snapshots;

namespace PyRepo.Operator.Manifests;

/// <summary>The snapshots of a claim that the operator made, the newest first.</summary>
/// <param name="All">
/// Those that nobody has deleted. Those of a time that is still to come are last: they were made while a clock was wrong,
/// before the others.
/// </param>
/// <param name="OfOtherClaims">How many there are that were made of earlier claims for the same resource.</param>
/// <param name="Stuck">How many were deleted long ago and are still there, of any claim.</param>
/// <param name="Now">The time.</param>
sealed record SnapshotsOfClaim(
    ImmutableArray<VolumeSnapshot> All, int OfOtherClaims, int Stuck, DateTimeOffset Now)
{
    /// <summary>The most that are deleted at once.</summary>
    const int MaxDeleted = 20;

    /// <summary>After this long, one that was deleted and is still there is a reason to look at it.</summary>
    static readonly TimeSpan _longestRemoval = TimeSpan.FromHours(1);

    /// <summary>After this long, one that is not ready is no longer waited for.</summary>
    static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    /// <summary>Those from which a volume can be made.</summary>
    public ImmutableArray<VolumeSnapshot> Ready { get; } = [.. All.Where(IsReady)];

    public VolumeSnapshot? Newest => Ready.FirstOrDefault();

    public VolumeSnapshot? LastAttempt { get; } = All.FirstOrDefault(snapshot => !IsToCome(snapshot, Now));

    /// <summary>Whether a volume can be made from it.</summary>
    public static bool IsReady(VolumeSnapshot snapshot) => snapshot.Status?.ReadyToUse is true;

    public static SnapshotsOfClaim From(
        DeclaredResource resource, ReconcileInputs inputs, PersistentVolumeClaim pvc)
    {
        var now = inputs.SnapshotTime;
        var known = inputs.Snapshots.Where(s => VolumeSnapshotManifest.IsOf(s.Metadata, resource)).ToArray();
        var live = known.Where(s => s.Metadata.DeletionTimestamp is null).ToArray();
        ImmutableArray<VolumeSnapshot> own =
        [
            .. live.Where(s => VolumeSnapshotManifest.IsOf(s, resource, pvc))
                .OrderBy(s => IsToCome(s, now))
                .ThenByDescending(VolumeSnapshotManifest.GetTime)
                .ThenByDescending(s => s.Metadata.Name, StringComparer.Ordinal),
        ];
        return new(
            own, live.Length - own.Length,
            known.Count(s => now - s.Metadata.DeletionTimestamp > _longestRemoval), now);
    }

    /// <summary>
    /// Whether it is waited for. An error does not end that: drivers report one that passes, and the snapshot controller
    /// tries again.
    /// </summary>
    public bool IsOnItsWay(VolumeSnapshot snapshot) => IsOnItsWay(snapshot, _longestWait);

    /// <inheritdoc cref="IsOnItsWay(VolumeSnapshot)"/>
    public bool IsOnItsWay(VolumeSnapshot snapshot, TimeSpan patience) =>
        !IsReady(snapshot) && !IsToCome(snapshot, Now) && Now - VolumeSnapshotManifest.GetTime(snapshot) < patience;

    /// <summary>Returns the first of two times that is still to come: when to look at it, or to wait no longer.</summary>
    public DateTimeOffset GetPatience(VolumeSnapshot snapshot, TimeSpan patience) =>
        VolumeSnapshotManifest.GetTime(snapshot) + (IsOnItsWay(snapshot, patience) ? patience : _longestWait);

    /// <summary>
    /// Returns the oldest beyond the number that is kept; and of those that are not ready and no longer waited for,
    /// those that the storage never took, if a newer one is ready. Others that are not ready may be good backups: the
    /// snapshot controller takes it back that one is ready while it does not find its content. As many are kept.
    /// </summary>
    public ImmutableArray<VolumeSnapshot> GetSuperfluous(int keep)
    {
        var unready = All.Skip(1).Where(s => !IsReady(s) && !IsOnItsWay(s)).ToArray();
        var failed = All.SkipWhile(s => !IsReady(s)).Intersect(unready).Where(s => !IsTaken(s)).ToArray();
        var others = unready.Except(failed).OrderByDescending(IsTaken).Skip(keep);
        return [.. Ready.Skip(keep).Concat(failed).Concat(others).Reverse().Take(MaxDeleted)];
    }

    /// <summary>Whether the storage took it, though it may not be ready.</summary>
    static bool IsTaken(VolumeSnapshot snapshot) => snapshot.Status?.CreationTime is not null;

    static bool IsToCome(VolumeSnapshot snapshot, DateTimeOffset now) =>
        VolumeSnapshotManifest.GetTime(snapshot) - now > VolumeSnapshotManifest.ClockTolerance;
}
