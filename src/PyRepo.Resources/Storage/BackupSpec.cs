using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>The backups of a repository.</summary>
public sealed record BackupSpec
{
    public static readonly ObjectType<BackupSpec> Type = new(fields => new(fields));

    public string Schedule { get; init; } = "0 3 * * *";
    public int Keep { get; init; } = 7;

    /// <summary>Zero: backups are not read back.</summary>
    public Duration Verify { get; init; } = Duration.FromDays(7);

    public required BackupDestinationSpec To { get; init; }

    public BackupSpec()
    {
    }

    [SetsRequiredMembers]
    BackupSpec(FieldReader fields)
    {
        Schedule = fields.Default("schedule", new StringType(100) { Rules = [BackupRules.Schedule] }, Schedule,
            "When backups are made, as in cron: minute, hour, day of the month, month and day of the week, in UTC. The "
            + "first one is made at once, and one that was missed as soon as possible.");
        Keep = fields.Default("keep", new IntegerType<int>(1, 1000), Keep, "How many backups are kept.");
        Verify = fields.Default("verify", AmountTypes.Duration, Verify,
            "How often the newest backup is read back, and each of its files compared with its hash. 0s never does.");
        To = fields.Required("to", BackupDestinationSpec.Type, "Where the backups are.");
    }
}

/// <summary>Where backups are.</summary>
public sealed record BackupDestinationSpec
{
    public static readonly ObjectType<BackupDestinationSpec> Type = new(fields => new(fields));

    public required BucketSpec Bucket { get; init; }

    public BackupDestinationSpec()
    {
    }

    [SetsRequiredMembers]
    BackupDestinationSpec(FieldReader fields) => Bucket = fields.Required("bucket", BucketSpec.WrittenType,
        "A bucket for the backups of this repository alone, or a prefix of one. Its files are shared by all backups that "
        + "have them.");
}

/// <summary>The backup that an empty store is filled from.</summary>
public sealed record RestoreSpec
{
    public static readonly ObjectType<RestoreSpec> Type = new(fields => new(fields));

    public required BucketSpec Bucket { get; init; }
    public string Backup { get; init; } = "latest";

    public RestoreSpec()
    {
    }

    [SetsRequiredMembers]
    RestoreSpec(FieldReader fields)
    {
        Bucket = fields.Required("bucket", BucketSpec.ReadType,
            "The bucket with the backups, as spec.backup.to.bucket of the repository that made them.");
        Backup = fields.Default("backup", new StringType(40) { Rules = [BackupRules.Name] }, Backup,
            "Which one: latest, a name such as 20261129T030000Z, or a time such as 2026-11-29T12:00:00Z, which means the "
            + "newest one from before.");
    }
}
