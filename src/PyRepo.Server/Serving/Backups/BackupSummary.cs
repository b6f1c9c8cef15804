using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Serving.Backups;

/// <summary>The content of a backup. Everything that was acknowledged before it began is in it.</summary>
sealed record BackupSummary
{
    /// <summary>The version of the layout of backups that this server writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the layout.</summary>
    public required int Version { get; init; }

    /// <summary>Its name, which is the moment when it began.</summary>
    public required string Name { get; init; }

    /// <summary>When it was complete.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>The digest of its manifest.</summary>
    [JsonConverter(typeof(DigestConverter))]
    public required Sha256Digest Manifest { get; init; }

    /// <summary>The lines of its manifest.</summary>
    public required long Lines { get; init; }

    /// <summary>The projects.</summary>
    public required int Projects { get; init; }

    /// <summary>The distributions, with those that were deleted and may be restored.</summary>
    public required int Files { get; init; }

    /// <summary>The bytes of these.</summary>
    public required long Size { get; init; }

    /// <summary>The bytes that it added to those of earlier backups.</summary>
    public required long Added { get; init; }

    /// <summary>How many parts of the repository were damaged or missing.</summary>
    public int ProblemCount { get; init; }

    /// <summary>The first of these, for people.</summary>
    public ImmutableArray<string> Problems { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The request for it, if it was not the schedule.</summary>
    public string? Request { get; init; }

    /// <summary>When it began.</summary>
    [JsonIgnore]
    public DateTimeOffset Began => BackupLayout.TryParseName(Name, out var moment) ? moment : default;
}

/// <summary>The outcome of reading a backup back.</summary>
/// <param name="Name">The backup.</param>
/// <param name="At">When it was read.</param>
/// <param name="Objects">How many objects it has, each content counted once.</param>
/// <param name="Bytes">The bytes that were read.</param>
/// <param name="DamagedCount">How many of them are missing, or not what they should be.</param>
/// <param name="Damaged">The first of the keys in the repository that have these, for people.</param>
sealed record BackupVerification(
    string Name, DateTimeOffset At, int Objects, long Bytes, int DamagedCount, ImmutableArray<string> Damaged);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupEntry))]
[JsonSerializable(typeof(BackupSummary))]
[JsonSerializable(typeof(BackupVerification))]
[JsonSerializable(typeof(RestoreMark))]
sealed partial class BackupJson : JsonSerializerContext;
