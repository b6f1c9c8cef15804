using System.Text.Json.Serialization;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Records;

/// <summary>One line of a project's record.</summary>
sealed record ProjectEvent
{
    const int MaxText = 512;

    public required ProjectEventKind Event { get; init; }

    /// <summary>1 for a record's first event, increased by one with each event.</summary>
    public long Serial { get; init; }

    /// <summary>
    /// The serial of the first event that was written together with this one, unless that is this event. A power cut
    /// may lose any part of one write, but nothing before it.
    /// </summary>
    public long? First { get; init; }

    /// <summary>
    /// A random text in the first event of a write to a store that others write to, too. Without it, two of them that
    /// do the same at the same time could not tell whose write it was.
    /// </summary>
    public string? WriteId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The change's serial among those of all projects, if it differs from the one that follows from
    /// <see cref="At"/>: the clock went back, or two projects changed in the same microsecond.
    /// </summary>
    public long? IndexSerial { get; init; }

    /// <summary>The cause: a user's name, or the activity of the server that caused it.</summary>
    public required string By { get; init; }

    /// <summary>
    /// The file's name, for every event except <see cref="ProjectEventKind.Status"/>, unless that has a key.
    /// </summary>
    public string? File { get; init; }

    /// <summary>
    /// The key of the bytes. In a <see cref="ProjectEventKind.Status"/> they are those of a removed file, and are gone
    /// from then on; the status is the one that the project had, so that an earlier server reads no change.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// Whether the bytes of the file that this event deletes or replaces stay in the store for a while. An earlier server
    /// removes them at once, and does not say so.
    /// </summary>
    public bool? KeepsBytes { get; init; }

    /// <summary>For an adopted file: its modification time, by which a later change is detected.</summary>
    public DateTimeOffset? FileTime { get; init; }

    public long? Size { get; init; }

    public string? Sha256 { get; init; }

    public string? CoreMetadata { get; init; }

    public string? Md5 { get; init; }

    public string? Blake2b256 { get; init; }

    public string? RequiresPython
    {
        get;
        init => field = value is { Length: <= ServerLimits.MaxRequiresPythonLength } ? value : null;
    }

    /// <summary>
    /// The project's name as the file's metadata spells it, for lists and search. See <see cref="GetSpelling"/>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The metadata's summary, in at most 512 characters, for lists and search.</summary>
    public string? Summary
    {
        get;
        init => field = value?.Length > MaxText
            ? value[..(char.IsHighSurrogate(value[MaxText - 1]) ? MaxText - 1 : MaxText)]
            : value;
    }

    /// <summary>The SHA-256 of the file's provenance, whose key is that of the bytes with a suffix.</summary>
    public string? Provenance { get; init; }

    /// <summary>When the file was uploaded, if that differs from <see cref="At"/>.</summary>
    public DateTimeOffset? Uploaded { get; init; }

    /// <summary>Why the file was yanked, or why the project has its status.</summary>
    public string? Reason { get; init; }

    /// <summary>The project's new status.</summary>
    public string? Status { get; init; }

    /// <summary>Returns the event that makes a file visible whose bytes are in the store.</summary>
    public static ProjectEvent Adding(Distribution file, DateTimeOffset at, string by) => new()
    {
        Event = ProjectEventKind.Added,
        At = at,
        By = by,
        File = file.Name.FileName,
        Key = file.Location,
        FileTime = file.FileTime,
        Size = file.Size,
        Sha256 = file.Sha256?.ToString(),
        CoreMetadata = file.CoreMetadata?.ToString(),
        Provenance = file.Provenance,
        Md5 = file.Md5,
        Blake2b256 = file.Blake2b256,
        RequiresPython = file.RequiresPython,
        Name = file.DisplayName,
        Summary = file.Summary,
        Uploaded = file.UploadedAt,
    };

    /// <summary>Returns the file that this event makes visible, or null if it does not say enough.</summary>
    public Distribution? ToDistribution(ProjectName project) =>
        this is not { File: { } fileName, Key: { } key, Size: { } size, Sha256: { } digest }
        || !Sha256Digest.TryParse(digest, out var sha256)
        || !DistributionFileName.TryParse(fileName, project, out var name)
            ? null
            : new()
            {
                Name = name,
                Size = size,
                Sha256 = sha256,
                CoreMetadata = Sha256Digest.TryParse(CoreMetadata, out var metadata) ? metadata : null,
                Provenance = Provenance,
                Md5 = Md5,
                Blake2b256 = Blake2b256,
                RequiresPython = RequiresPython,
                UploadedAt = Uploaded ?? At,
                RecordedAt = At,
                Location = key,
                FileTime = FileTime,
                UploadedBy = By,
                DisplayName = Name,
                Summary = Summary,
            };

    /// <summary>
    /// Returns the name that a file's metadata states if it spells the file's project, or else null. Whoever made a
    /// file that is adopted or comes from upstream may have written anything.
    /// </summary>
    public static string? GetSpelling(ProjectName project, string? stated) =>
        stated?.Length <= MaxText && ProjectName.TryParse(stated, out var spelled) && spelled == project
            ? stated : null;
}

/// <summary>The kinds of event of a project. The names are also in <see cref="ProjectEventReader"/>.</summary>
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
