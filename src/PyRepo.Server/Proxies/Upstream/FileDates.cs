using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>The known facts about the files of a page beside what the page says, by their names.</summary>
sealed record FileDates
{
    static readonly Dictionary<string, DateTimeOffset> _none = [];

    /// <summary>Nothing: a page that is not kept.</summary>
    public static FileDates Unknown { get; } = new();

    /// <summary>
    /// The last reading of the page in which a file was absent, or if there is none and the page does not say when the
    /// file was uploaded, the first reading that had it.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> FirstSeen { get; init; } = _none;

    /// <summary>
    /// The dates that were served in place of upload times, for files that have one by now, or are gone.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> ServedDates { get; init; } = _none;

    /// <summary>When a file was first seen to be yanked, if it was seen not to be yanked before.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> YankedAt { get; init; } = _none;

    /// <summary>When a cached file was first seen to be missing on the page.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> RemovedAt { get; init; } = _none;

    /// <summary>Why a cached file that is missing on the page was yanked, if it was.</summary>
    public IReadOnlyDictionary<string, string> RemovedYanks { get; init; } = new Dictionary<string, string>();

    /// <summary>The URLs that cached files had at upstream before they were missing on the page.</summary>
    public IReadOnlyDictionary<string, string> RemovedUrls { get; init; } = new Dictionary<string, string>();

    /// <summary>The cached files of which upstream quarantined the project before it removed them.</summary>
    public IReadOnlySet<string> Quarantined { get; init; } = new HashSet<string>();

    /// <summary>
    /// When the page was read, or null if that does not count. It serves as the date of a file without any.
    /// </summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>
    /// Returns the time from which the age of a file counts, or null if it is not known. A backdated upload is not
    /// older than its absence.
    /// </summary>
    public DateTimeOffset? AvailableSince(PageFile file) => AvailableSince(file.FileName, file.UploadTime);

    /// <inheritdoc cref="AvailableSince(PageFile)"/>
    public DateTimeOffset? AvailableSince(string fileName, DateTimeOffset? uploadTime)
    {
        var seen = FirstSeen.TryGetValue(fileName, out var at) ? at : (DateTimeOffset?)null;
        // A time to come is none: it would keep the file new for as long.
        return uploadTime is { } uploaded && !(uploaded > ReadAt)
            ? seen > uploaded ? seen : uploaded
            : seen ?? ReadAt;
    }

    /// <summary>
    /// Returns the date that is served as a file's upload time, and whether it is when this proxy first saw it:
    /// upstream did not say when it was uploaded. Once that was served, upstream's own date comes too late.
    /// </summary>
    public (DateTimeOffset? Time, bool IsFirstSeen) UploadedAt(PageFile file) =>
        (file.UploadTime is null ? FirstSeen : ServedDates).TryGetValue(file.FileName, out var seen)
            ? (seen.AddTicks(-(seen.Ticks % TimeSpan.TicksPerMicrosecond)), true) // Pages have no finer times.
            : (file.UploadTime, false);

    /// <summary>Returns when a file was yanked, or null if it is not, or if that is not known.</summary>
    public DateTimeOffset? WhenYanked(PageFile file) =>
        file.Yanked is not null && YankedAt.TryGetValue(file.FileName, out var at) ? at : null;
}
