using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>The next step for the backups of a repository that are snapshots of its volume, and their state.</summary>
public sealed record SnapshotPlan
{
    /// <summary>After this long, a snapshot that is not ready is a reason to look at it.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromHours(1);

    /// <summary>A snapshot that is made this long after it was due is called by the time at which it is made.</summary>
    static readonly TimeSpan _onTime = TimeSpan.FromMinutes(10);

    /// <summary>After this long, an attempt is made again that no watch asks for.</summary>
    static readonly TimeSpan _retryPause = TimeSpan.FromMinutes(5);

    /// <summary>So many more than are kept may wait for their removal.</summary>
    const int MaxStuckBeyondKept = 3;

    /// <summary>The longest time until the resource is looked at again.</summary>
    static readonly TimeSpan _longestPause = TimeSpan.FromHours(12);

    static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    /// <summary>The snapshot to make now; null: none is.</summary>
    public VolumeSnapshot? Create { get; init; }

    /// <summary>Snapshots that are no longer kept.</summary>
    public ImmutableArray<VolumeSnapshot> Delete { get; init; } = [];

    /// <summary>Whether it is known which snapshots there are.</summary>
    public bool IsKnown { get; init; }

    /// <summary>The newest one from which a volume can be made; null: there is none.</summary>
    public VolumeSnapshot? Newest { get; init; }

    /// <summary>How many there are from which one can be made.</summary>
    public int Count { get; init; }

    /// <summary>When the one after the last is due; null: there is none yet, or never a next one.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>When the resource is to be looked at again though nothing changes; null: never.</summary>
    public DateTimeOffset? LookAt { get; init; }

    /// <summary>The status of the condition BackupReady: True, False or Unknown.</summary>
    public required string Status { get; init; }

    /// <summary>Its reason.</summary>
    public required Reason Reason { get; init; }

    /// <summary>Its message.</summary>
    public required string Message { get; init; }

    /// <summary>Decides what to do now; null: the resource asks for no snapshots.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="inputs">Its claim, the snapshots, and the time.</param>
    public static SnapshotPlan? Decide(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        if (resource.Stored?.Backup is not { To.VolumeSnapshotClassName: { } className } spec)
            return null;
        if (!inputs.KnowsVolumeSnapshots)
        {
            var missing = Blocked(Reason.SnapshotApiMissing,
                "The cluster has no VolumeSnapshots (snapshot.storage.k8s.io/v1), or does not let the operator use "
                + "them. Have the administrator install the snapshot controller and its CRDs, or write "
                + "spec.backup.to.bucket.");
            return missing with { LookAt = inputs.SnapshotTime + _retryPause };
        }
        if (inputs.PersistentVolumeClaim is not { Status.Phase: "Bound", Metadata.DeletionTimestamp: null } pvc)
            return Pending("Backups begin when the repository has its volume.");
        // A volume that is half full is not served: it would be no backup.
        if (resource.Stored.Storage.RestoreFrom?.Bucket is not null && !inputs.IsRestored)
            return Pending("Backups begin when the repository is restored.");
        var found = SnapshotsOfClaim.From(resource, inputs, pvc);
        return Due(resource, spec, className, inputs, pvc, found);
    }

    /// <summary>The state while the resource is rejected; null: it asks for no snapshots.</summary>
    public static SnapshotPlan? Rejected(DeclaredResource resource, Rejection rejection)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(rejection);
        return resource.Stored?.Backup?.To.VolumeSnapshotClassName is null ? null
            : Pending($"No backups are made while the resource is rejected ({rejection.Reason}): {rejection.Message}");
    }

    /// <summary>The same, but the snapshot could not be made, or it is not known which there are.</summary>
    public SnapshotPlan Failed(string message, DateTimeOffset now) => this with
    {
        Create = null,
        LookAt = now + _minute,
        Status = "False",
        Reason = Reason.BackupFailed,
        Message = $"The snapshot could not be made, and {Last(Newest)}: {message}",
    };

    /// <summary>The same, but old snapshots could not be removed.</summary>
    public SnapshotPlan NotRemoved(string message, DateTimeOffset now) => this with
    {
        LookAt = LookAt < now + _retryPause ? LookAt : now + _retryPause,
        Message = $"{Message} Old ones are not removed: {message}",
    };

    static SnapshotPlan Due(
        DeclaredResource resource, BackupSpec spec, string className, ReconcileInputs inputs, PersistentVolumeClaim pvc,
        SnapshotsOfClaim found)
    {
        var (now, last) = (found.Now, found.LastAttempt);
        var next = last is null ? now : spec.FindNext(VolumeSnapshotManifest.GetTime(last));
        var request = VolumeSnapshotManifest.FindRequest(resource);
        var isAsked = last is not null && request is not null
            && found.All.All(made => request != VolumeSnapshotManifest.FindRequest(made));
        // Who asks after an error has mended its cause.
        var isBusy = last is not null && found.IsOnItsWay(last) && !(isAsked && last.Status?.Error is not null);
        var isDue = !isBusy && inputs.HasSnapshotClass is not false && !IsClogged(spec, found)
            && (isAsked || next <= now);
        // Who is on time calls it by the time of the schedule: several leaders would make one.
        var time = isAsked ? Rounded(now, _second)
            : last is not null && next >= now - _onTime ? next.Value
            // If all are of a time to come, a clock is wrong: whichever it is, they don't become many.
            : Rounded(now, found.All.IsEmpty || last is not null ? _minute : _hour);
        var created = isDue ? VolumeSnapshotManifest.Create(resource, pvc, className, time) : null;
        var isTaken = created is not null && inputs.Snapshots.Any(s => s.Metadata.Name == created.Metadata.Name);
        return Judge(spec, className, inputs, found) with
        {
            Create = isTaken ? null : created,
            Delete = found.GetSuperfluous(spec.Keep),
            IsKnown = true,
            Newest = found.Newest,
            Count = found.Ready.Length,
            Next = last is null ? null : next,
            LookAt = isTaken ? now + (isAsked ? _second : _minute)
                : isBusy ? Earliest(now, found.GetPatience(last!, _patience))
                : next <= now ? null
                : Earliest(now, next),
        };
    }

    static SnapshotPlan Judge(BackupSpec spec, string className, ReconcileInputs inputs, SnapshotsOfClaim found)
    {
        var last = found.LastAttempt;
        if (inputs.HasSnapshotClass is false)
        {
            return Blocked(Reason.SnapshotClassNotFound,
                $"spec.backup.to.volumeSnapshotClassName: there is no VolumeSnapshotClass {className}, and "
                + $"{Last(found.Newest)}.");
        }
        if (IsClogged(spec, found))
        {
            return Blocked(Reason.BackupFailed,
                $"{found.Stuck} snapshots that were deleted more than an hour ago are still there, no more are made "
                + $"until they are gone, and {Last(found.Newest)}. Do the snapshot controller and the CSI driver run? "
                + "See their metadata.finalizers.");
        }
        if (last is not null && Failure(last, found) is { } failure)
        {
            return Blocked(Reason.BackupFailed,
                $"The snapshot {last.Metadata.Name} failed, and {Last(found.Newest)}: {failure}");
        }
        if (last is not null && !SnapshotsOfClaim.IsReady(last) && !found.IsOnItsWay(last, _patience))
        {
            return Blocked(Reason.BackupPending,
                $"The snapshot {last.Metadata.Name} has not become ready for longer than an hour, and "
                + $"{Last(found.Newest)}. Do the snapshot controller and the CSI driver run? See kubectl describe "
                + $"volumesnapshot {last.Metadata.Name}");
        }
        if (found.Newest is null)
            return Pending("The first backup is being made.");
        if (spec.FindNext(found.Now) is null)
        {
            return Blocked(Reason.ScheduleNeverDue,
                $"spec.backup.schedule never comes due, and {Last(found.Newest)}. Correct it.");
        }
        return new() { Status = "True", Reason = Reason.BackedUp, Message = Describe(found) };
    }

    static string Describe(SnapshotsOfClaim found)
    {
        var count = found.Ready.Length;
        var message = $"{count} {(count == 1 ? "snapshot" : "snapshots")} of the volume, the newest is "
            + $"{found.Newest!.Metadata.Name}.";
        if (found.OfOtherClaims > 0)
            message += $" {found.OfOtherClaims} of earlier volumes stay until someone deletes them.";
        if (found.Stuck > 0)
            message += $" {found.Stuck} that were deleted more than an hour ago are still there.";
        return message;
    }

    /// <summary>Whether what is deleted does not go: more would fill the storage.</summary>
    static bool IsClogged(BackupSpec spec, SnapshotsOfClaim found) => found.Stuck > spec.Keep + MaxStuckBeyondKept;

    static SnapshotPlan Blocked(Reason reason, string message) =>
        new() { Status = "False", Reason = reason, Message = message };

    static SnapshotPlan Pending(string message) =>
        new() { Status = "Unknown", Reason = Reason.BackupPending, Message = message };

    /// <summary>Why it failed; null: it did not.</summary>
    static string? Failure(VolumeSnapshot snapshot, SnapshotsOfClaim found) =>
        SnapshotsOfClaim.IsReady(snapshot) ? null
        : snapshot.Status?.Error is { } error ? error.Message ?? "the snapshot controller does not say why."
        : found.IsOnItsWay(snapshot) ? null
        : "it is not ready, a day after it was begun.";

    static DateTimeOffset? Earliest(DateTimeOffset now, DateTimeOffset? time) =>
        time < now + _longestPause ? time : now + _longestPause;

    static DateTimeOffset Rounded(DateTimeOffset time, TimeSpan unit) =>
        new(time.UtcTicks - (time.UtcTicks % unit.Ticks), TimeSpan.Zero);

    static string Last(VolumeSnapshot? newest) => newest is null
        ? "there is none"
        : $"the newest is of {DisplayTime.Format(VolumeSnapshotManifest.GetTime(newest))}";
}
