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
    [JsonStringEnumMemberName("kept")] Cached,

    /// <summary>A proxy keeps a file no longer, to make room; it may be fetched again.</summary>
    [JsonStringEnumMemberName("evicted")] Evicted,

    /// <summary>The project's status changed (PEP 792).</summary>
    [JsonStringEnumMemberName("status")] Status,
}
