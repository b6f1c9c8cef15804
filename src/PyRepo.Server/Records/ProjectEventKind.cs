using System.Text.Json.Serialization;

namespace PyRepo.Server.Records;

/// <summary>What can happen to a project.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProjectEventKind>))]
enum ProjectEventKind
{
    /// <summary>A file became visible, or its bytes were replaced.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>A file was yanked (<see href="https://peps.python.org/pep-0592/">PEP 592</see>).</summary>
    [JsonStringEnumMemberName("yanked")] Yanked,

    /// <summary>A yank was undone.</summary>
    [JsonStringEnumMemberName("unyanked")] Unyanked,

    /// <summary>A file was deleted through the server; its name stays reserved.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>An adopted file was removed from the folder; it may return.</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>A proxy cached a file from upstream.</summary>
    [JsonStringEnumMemberName("kept")] Cached,

    /// <summary>A proxy evicted a cached file to free space; it may be fetched again.</summary>
    [JsonStringEnumMemberName("evicted")] Evicted,

    /// <summary>The project's status changed (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    [JsonStringEnumMemberName("status")] Status,
}
