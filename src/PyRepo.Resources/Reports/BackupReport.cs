using System.Text.Json.Serialization;

namespace PyRepo.Resources.Reports;

/// <summary>The backups of a repository, as a server found them in their bucket.</summary>
public sealed record BackupReport
{
    /// <summary>Whether the bucket was looked at since the server began.</summary>
    public bool IsKnown { get; init; }

    /// <summary>How many backups there are.</summary>
    public int Count { get; init; }

    /// <summary>The newest one: when it began. Null: there is none.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>The request that it met: a value of an annotation. Null: there was none.</summary>
    public string? Request { get; init; }

    /// <summary>The request that the server knows of.</summary>
    public string? Requested { get; init; }

    /// <summary>The files in it.</summary>
    public long Files { get; init; }

    /// <summary>The sum of their sizes in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The parts of the repository that were damaged or missing when it was made.</summary>
    public int Problems { get; init; }

    /// <summary>When the next one is due. Null: the schedule names no day that ever comes.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>When a backup was last read back. Null: none was.</summary>
    public DateTimeOffset? Verified { get; init; }

    /// <summary>Its name.</summary>
    public string? VerifiedName { get; init; }

    /// <summary>How many objects of it were missing or damaged.</summary>
    public int Damaged { get; init; }

    /// <summary>Why the last attempt to make or verify one failed, or null if it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>When the first of these attempts failed.</summary>
    [JsonConverter(typeof(UnreadConverter<DateTimeOffset?>))]
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why old ones are not removed, or null if they are.</summary>
    public string? NotRemoved { get; init; }

    /// <summary>How far the one is that is being made, or null if none is.</summary>
    [JsonConverter(typeof(UnreadConverter<string>))]
    public string? Running { get; init; }

    /// <summary>Whether its times are such that a status can show them.</summary>
    internal bool IsPlausible => new[] { Last, Next, Verified }
        .All(time => time is null || time.Value.UtcDateTime.Year is >= 1970 and < 9999)
        && new[] { Count, Files, Size, Problems, Damaged }.All(count => count >= 0);
}

/// <summary>The backup from which a repository's store was filled.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Finished">When all was there. Null: it is being filled.</param>
/// <param name="Problems">How many files the backup did not have.</param>
public sealed record RestoreReport(string Backup, DateTimeOffset? Finished, int Problems)
{
    /// <inheritdoc cref="RestoreReport(string, DateTimeOffset?, int)"/>
    public string Backup { get; init => field = value ?? ""; } = Backup ?? "";

    /// <summary>Whether its time is such that a status can show it.</summary>
    internal bool IsPlausible => Problems >= 0
        && (Finished is null || Finished.Value.UtcDateTime.Year is >= 1970 and < 9999);
}
