using System.Diagnostics.CodeAnalysis;
using Cronos;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>The backups of a repository.</summary>
public sealed record BackupSpec
{
    public static readonly ObjectType<BackupSpec> Type = new(fields => new(fields))
    {
        Rules = [BackupRules.OnlyBucketIsVerified],
    };

    static readonly Duration _defaultVerify = Duration.FromDays(7);

    public string Schedule { get; init; } = "0 3 * * *";
    public int Keep { get; init; } = 7;

    /// <summary>Null: as often as is usual.</summary>
    public Duration? Verify { get; init; }

    /// <summary>How often the newest backup in a bucket is read back; zero: never.</summary>
    public Duration VerifyInterval => Verify ?? _defaultVerify;

    public required BackupDestinationSpec To { get; init; }

    public BackupSpec()
    {
    }

    [SetsRequiredMembers]
    BackupSpec(FieldReader fields)
    {
        Schedule = fields.Default("schedule", new StringType(100) { Rules = [BackupRules.Schedule] }, Schedule,
            "When backups are made, as in cron: minute, hour, day of the month, month and day of the week, in UTC. The "
            + "first one is made at once, and a missed one as soon as possible.");
        Keep = fields.Default("keep", new IntegerType<int>(1, 1000), Keep, "How many backups are kept.");
        Verify = fields.Optional("verify", AmountTypes.Duration,
            "How often the newest backup in a bucket is read back, and its files are compared with their hashes. 0s "
            + "disables it. If omitted, every 7 days. Volume snapshots cannot be read back.");
        To = fields.Required("to", BackupDestinationSpec.Type,
            "Where the backups are: in a bucket, or with the storage of the volume.");
    }

    /// <summary>
    /// Returns when a backup is due after one of a time. Null: the schedule names no day that ever comes, such as the 30th
    /// of February.
    /// </summary>
    public DateTimeOffset? FindNext(DateTimeOffset last) =>
        CronExpression.TryParse(Schedule, out var schedule)
            ? schedule.GetNextOccurrence(last, TimeZoneInfo.Utc)
            : null;
}

/// <summary>Where backups are.</summary>
public sealed record BackupDestinationSpec
{
    public static readonly ObjectType<BackupDestinationSpec> Type = new(fields => new(fields))
    {
        Rules = [BackupRules.OneDestination],
    };

    /// <summary>Null: they are volume snapshots.</summary>
    public BucketSpec? Bucket { get; init; }

    /// <summary>Null: they are in a bucket.</summary>
    public string? VolumeSnapshotClassName { get; init; }

    public BackupDestinationSpec()
    {
    }

    BackupDestinationSpec(FieldReader fields)
    {
        Bucket = fields.Optional("bucket", BucketSpec.WrittenType,
            "A bucket, or a prefix of one, for the backups of this repository alone. Backups share equal files.");
        VolumeSnapshotClassName = fields.Optional("volumeSnapshotClassName", NameTypes.Object,
            "The VolumeSnapshotClass for snapshots of the repository's volume. The cluster needs a CSI driver with "
            + "snapshots, and the snapshot controller.");
    }
}

/// <summary>The backup that an empty store is filled from.</summary>
public sealed record RestoreSpec
{
    /// <summary>The newest one.</summary>
    public const string Latest = "latest";

    public static readonly ObjectType<RestoreSpec> Type = new(fields => new(fields))
    {
        Rules = [BackupRules.OneSource, BackupRules.BackupIsInBucket],
    };

    /// <summary>Null: it is a volume snapshot.</summary>
    public BucketSpec? Bucket { get; init; }

    public string Backup { get; init; } = Latest;

    /// <summary>Null: it is in a bucket.</summary>
    public string? VolumeSnapshot { get; init; }

    public RestoreSpec()
    {
    }

    RestoreSpec(FieldReader fields)
    {
        Bucket = fields.Optional("bucket", BucketSpec.ReadType,
            "The bucket with the backups, as spec.backup.to.bucket of the repository that made them.");
        Backup = fields.Default("backup", new StringType(40) { Rules = [BackupRules.Name] }, Backup,
            "The backup in the bucket: latest, a name such as 20261129T030000Z, or a time such as "
            + "2026-11-29T12:00:00Z, which means the newest one from before.");
        VolumeSnapshot = fields.Optional("volumeSnapshot", NameTypes.Object,
            "The VolumeSnapshot in the resource's namespace from which its new volume is made.");
    }
}
