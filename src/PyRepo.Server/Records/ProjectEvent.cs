using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Records;

/// <summary>What can happen to a project.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProjectEventKind>))]
enum ProjectEventKind
{
    /// <summary>A file became visible, or its bytes were replaced.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>A file was yanked (PEP 592).</summary>
    [JsonStringEnumMemberName("yanked")] Yanked,

    /// <summary>A yank was taken back.</summary>
    [JsonStringEnumMemberName("unyanked")] Unyanked,

    /// <summary>A file was deleted through the server; its name stays taken.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>An adopted file was taken away from the folder; it may come back.</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>A proxy keeps a file of upstream's from now on.</summary>
    [JsonStringEnumMemberName("kept")] Kept,

    /// <summary>A proxy keeps a file no longer, to make room; it may be fetched again.</summary>
    [JsonStringEnumMemberName("evicted")] Evicted,

    /// <summary>The project's status changed (PEP 792).</summary>
    [JsonStringEnumMemberName("status")] Status,
}

/// <summary>One line of a project's record.</summary>
sealed record ProjectEvent
{
    public required ProjectEventKind Event { get; init; }

    /// <summary>1 for a record's first event, one more for each.</summary>
    public long Serial { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it: a user's name, or what the server did by itself.</summary>
    public required string By { get; init; }

    /// <summary>The file's name, for all but <see cref="ProjectEventKind.Status"/>.</summary>
    public string? File { get; init; }

    /// <summary>The key of the bytes.</summary>
    public string? Key { get; init; }

    /// <summary>For a file that somebody put into the folder: its time, by which a later change is noticed.</summary>
    public DateTimeOffset? FileTime { get; init; }

    public long? Size { get; init; }

    public string? Sha256 { get; init; }

    public string? CoreMetadata { get; init; }

    public string? Md5 { get; init; }

    public string? Blake2b256 { get; init; }

    public string? RequiresPython { get; init; }

    /// <summary>When the file was uploaded, where that is not <see cref="At"/>.</summary>
    public DateTimeOffset? Uploaded { get; init; }

    /// <summary>Why it was yanked, or has its status.</summary>
    public string? Reason { get; init; }

    /// <summary>The project's new status.</summary>
    public string? Status { get; init; }
}

[JsonSerializable(typeof(ProjectEvent))]
[JsonSerializable(typeof(StoreFormat))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>Writes <c>&gt;=3.8</c> as it is: people read records.</summary>
    public static RecordJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
