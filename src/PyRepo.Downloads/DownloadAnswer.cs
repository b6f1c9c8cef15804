using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PyRepo.Downloads;

/// <summary>The answer of <c>api/v1/downloads</c>: who downloaded what.</summary>
sealed record DownloadAnswer
{
    /// <summary>The repository that was asked.</summary>
    public required string Repository { get; init; }

    /// <summary>The time from which on downloads count, or null for all of the log.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The number of downloads, in rows or left out, without those of parts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Downloads { get; init; }

    /// <summary>
    /// How many downloads, of whatever project, were not written to the log in this time, because its store took none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Lost { get; init; }

    /// <summary>
    /// How many downloads are in no row, because there are too many: those of one version, or since a later time, are
    /// fewer.
    /// </summary>
    public long LeftOut { get; init; }

    /// <summary>Whether nothing is known to be missing.</summary>
    [JsonIgnore]
    public bool IsComplete => Incomplete.IsEmpty && NotLogged.IsEmpty && Lost == 0 && LeftOut == 0;

    /// <summary>Whether all advisories that were asked about were withdrawn.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>The repositories whose downloads are not all here: they do not answer, or their log is damaged.</summary>
    public required ImmutableArray<string> Incomplete { get; init; }

    /// <summary>The repositories that keep no log now: what they served is here only as far as they once did.</summary>
    public ImmutableArray<string> NotLogged { get; init; } = [];

    /// <summary>A row for each file and caller.</summary>
    public required ImmutableArray<CallerDownloads> Rows { get; init; }
}

/// <summary>The outcome of erasing a caller from the log.</summary>
/// <param name="Lines">The number of lines that were the caller's.</param>
sealed record ForgottenCaller([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long Lines);
