using System.Text.RegularExpressions;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Storage;

/// <summary>The rules of <c>spec.backup</c> and <c>spec.storage.restoreFrom</c>.</summary>
public static partial class BackupRules
{
    const string Minute = "[0-5]?[0-9]";
    const string Hour = "([01]?[0-9]|2[0-3])";
    const string Day = "(0?[1-9]|[12][0-9]|3[01])";
    const string Month = "(0?[1-9]|1[0-2])";
    const string Weekday = "[0-7]";
    const string Step = "(/[1-9][0-9]?)?";
    const string Minutes = $"([*]|{Minute}(-{Minute})?){Step}";
    const string Hours = $"([*]|{Hour}(-{Hour})?){Step}";
    const string Days = $"([*]|{Day}(-{Day})?)";
    const string Months = $"([*]|{Month}(-{Month})?)";
    const string Weekdays = $"([*]|{Weekday}(-{Weekday})?)";
    const string SchedulePattern =
        $"{Minutes}(,{Minutes})* {Hours}(,{Hours})* {Days}(,{Days})* {Months}(,{Months})* {Weekdays}(,{Weekdays})*";
    const string NamePattern =
        "latest|[1-8][0-9]{3}[01][0-9][0-3][0-9]T[0-2][0-9][0-5][0-9][0-5][0-9]Z|" + TimestampType.Pattern;

    public static readonly Rule<string> Schedule = TextPattern.Rule(SchedulePattern, ScheduleRegex(),
        "is not a schedule: write minute, hour, day of the month, month and day of the week as numbers, such as "
        + "'0 3 * * *' for every day at 3:00 UTC");

    public static readonly Rule<string> Name = TextPattern.Rule(NamePattern, NameRegex(),
        "is not a backup: write latest, a name such as 20261129T030000Z, or a time such as 2026-11-29T12:00:00Z");

    public static readonly Rule<BackupDestinationSpec> OneDestination = new()
    {
        DependsOn = ["bucket", "volumeSnapshotClassName"],
        Cel = "has(self.bucket) != has(self.volumeSnapshotClassName)",
        Predicate = to => to.Bucket is null != to.VolumeSnapshotClassName is null,
        Message = "must have exactly one of bucket and volumeSnapshotClassName",
    };

    public static readonly Rule<RestoreSpec> OneSource = new()
    {
        DependsOn = ["bucket", "volumeSnapshot"],
        Cel = "has(self.bucket) != has(self.volumeSnapshot)",
        Predicate = from => from.Bucket is null != from.VolumeSnapshot is null,
        Message = "must have exactly one of bucket and volumeSnapshot",
    };

    public static readonly Rule<RestoreSpec> BackupIsInBucket = new()
    {
        FieldPath = "backup",
        DependsOn = ["volumeSnapshot"],
        Cel = $"!has(self.volumeSnapshot) || !has(self.backup) || self.backup == '{RestoreSpec.Latest}'",
        Predicate = from => from.VolumeSnapshot is null || from.Backup == RestoreSpec.Latest,
        Message = "names a backup in a bucket, but volumeSnapshot names the snapshot itself: leave it out",
    };

    /// <summary>Somebody who writes it would rely on it.</summary>
    public static readonly Rule<BackupSpec> OnlyBucketIsVerified = new()
    {
        FieldPath = "verify",
        DependsOn = ["to"],
        Cel = "!has(self.verify) || !has(self.to.volumeSnapshotClassName)",
        Predicate = backup => backup.Verify is null || backup.To.VolumeSnapshotClassName is null,
        Message = "is only for backups in a bucket, because a volume snapshot cannot be read back: leave it out",
    };

    /// <summary>A bucket is no volume, and what ends with its pod has none that stays.</summary>
    public static Rule<T> SnapshotsNeedVolume<T>() where T : StoredSpec => new()
    {
        FieldPath = "backup.to.volumeSnapshotClassName",
        DependsOn = ["storage"],
        Cel = "!has(self.backup) || !has(self.backup.to.volumeSnapshotClassName) || !has(self.storage)"
            + " || (!has(self.storage.bucket) && !has(self.storage.ephemeral))",
        Predicate = spec => spec.Backup?.To.VolumeSnapshotClassName is null
            || spec.Storage is { Bucket: null, Ephemeral: null },
        Message = "requires a volume, which the repository does not have: use backup.to.bucket instead",
    };

    /// <summary>A volume is filled when it is made, by the claim that the operator creates.</summary>
    public static readonly Rule<StorageSpec> SnapshotFillsNewVolume = new()
    {
        FieldPath = "restoreFrom.volumeSnapshot",
        DependsOn = ["bucket", "ephemeral", "persistentVolumeClaim"],
        Cel = "!has(self.restoreFrom) || !has(self.restoreFrom.volumeSnapshot)"
            + " || (!has(self.bucket) && !has(self.ephemeral) && (!has(self.persistentVolumeClaim)"
            + " || !has(self.persistentVolumeClaim.existingClaim) || self.persistentVolumeClaim.existingClaim == ''))",
        Predicate = storage => storage.RestoreFrom?.VolumeSnapshot is null
            || storage.EffectivePersistentVolumeClaim is { ExistingClaim: null },
        Message = "fills a new volume: write storage.persistentVolumeClaim, without existingClaim",
    };

    /// <summary>Backups below the repository's own prefix would be erased with it.</summary>
    public static Rule<T> NotItsOwnBucket<T>() where T : StoredSpec => new()
    {
        FieldPath = "backup.to.bucket",
        DependsOn = ["storage"],
        Cel = "!has(self.backup) || !has(self.backup.to.bucket) || !has(self.storage) || !has(self.storage.bucket)"
            + " || !has(self.storage.bucket.name) || self.backup.to.bucket.name != self.storage.bucket.name"
            + $" || {EndpointOf("self.backup.to.bucket")} != {EndpointOf("self.storage.bucket")}"
            + $" || {PrefixOf("self.backup.to.bucket")} != {PrefixOf("self.storage.bucket")}",
        Predicate = spec => spec.Backup?.To.Bucket is not { } backups || spec.Storage.Bucket is not { } own
            || backups.Name != own.Name || (backups.Endpoint ?? "") != (own.Endpoint ?? "")
            || (backups.Prefix ?? "") != (own.Prefix ?? ""),
        Value = spec => spec.Backup?.To.Bucket?.Name ?? "",
        CelValue = "self.backup.to.bucket.name",
        Message = "is the repository's own location: choose another bucket or prefix",
    };

    static string EndpointOf(string bucket) => $"(has({bucket}.endpoint) ? {bucket}.endpoint : '')";

    static string PrefixOf(string bucket) => $"(has({bucket}.prefix) ? {bucket}.prefix : '')";

    [GeneratedRegex($@"^(?:{SchedulePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScheduleRegex();

    [GeneratedRegex($@"^(?:{NamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRegex();
}
