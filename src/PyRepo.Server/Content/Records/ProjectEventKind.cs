using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Records;

/// <summary>What can happen to a project. The names are also in <see cref="ProjectEventReader"/>.</summary>
/// <remarks>
/// An earlier server cannot read a record with a kind that it does not know, while it skips a property that it does not
/// know: a property of a kind that there is does less harm.
/// </remarks>
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

    /// <summary>A proxy cached a file from upstream. Records say <c>kept</c>, and they last.</summary>
    [JsonStringEnumMemberName("kept")] Cached,

    /// <summary>A proxy evicted a cached file to free space; it may be fetched again.</summary>
    [JsonStringEnumMemberName("evicted")] Evicted,

    /// <summary>The project's status changed (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    [JsonStringEnumMemberName("status")] Status,
}
