using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>The recorded downloads by project, release and day: a bounded number of sums.</summary>
/// <param name="mayRead">Whether the caller may know of a project.</param>
sealed class RecordedDownloads(Predicate<ProjectName> mayRead)
{
    readonly Dictionary<string, RecordedProject?> _projects = new(StringComparer.Ordinal);
    int _sums;

    /// <summary>The projects, of which the caller may know.</summary>
    public IEnumerable<RecordedProject> Projects => _projects.Values.OfType<RecordedProject>();

    /// <summary>The number of downloads, also of those whose release is not known.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them were counted without their version, because their day had too many rows.</summary>
    public long WithoutVersion { get; private set; }

    /// <summary>Whether all days could be read.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Adds the downloads of a day. Days come one after the other.</summary>
    /// <exception cref="RejectedException">That makes too many sums.</exception>
    public void Add(DayDownloads day)
    {
        IsComplete &= day.IsComplete;
        foreach (var (key, downloads) in day.Rows)
        {
            if (Find(key) is not { } project)
                continue;
            Count += downloads;
            if (key.Version is null)
                WithoutVersion += downloads;
            else if (project.Get(key.Version).Add(day.Day, downloads) && ++_sums > ServerLimits.MaxReplayedSums)
                throw TooMany();
        }
    }

    RecordedProject? Find(DownloadKey key)
    {
        if (!_projects.TryGetValue(key.Project, out var known))
        {
            known = key.TryGetProject(out var project) && mayRead(project) ? new RecordedProject(project) : null;
            _projects.Add(key.Project, known);
        }
        return known;
    }

    static RejectedException TooMany() => new(
        RejectionReason.Invalid,
        $"These downloads are of more than {ServerLimits.MaxReplayedSums} releases and days: replay a shorter time.");
}

/// <summary>The recorded downloads of a project.</summary>
sealed class RecordedProject(ProjectName project)
{
    readonly Dictionary<string, RecordedRelease> _releases = new(StringComparer.Ordinal);

    /// <summary>The project.</summary>
    public ProjectName Project => project;

    /// <summary>The releases.</summary>
    public IEnumerable<RecordedRelease> Releases => _releases.Values;

    /// <summary>The downloads of each release on each day, one day after the other.</summary>
    public IEnumerable<IGrouping<DateOnly, (RecordedRelease Release, long Downloads)>> Days =>
        from release in Releases
        from day in release.Days
        group (release, day.Downloads) by day.Day into day
        orderby day.Key
        select day;

    /// <summary>Returns a release. Versions 1.0 and 1.0.0 are the same.</summary>
    public RecordedRelease Get(string version)
    {
        var key = RecordedRelease.GetKey(version);
        if (!_releases.TryGetValue(key, out var release))
            _releases.Add(key, release = new RecordedRelease(key, version));
        release.NoteSpelling(version);
        return release;
    }
}

/// <summary>The recorded downloads of a release.</summary>
/// <param name="key">The same text for all spellings of the version.</param>
/// <param name="version">The version.</param>
sealed class RecordedRelease(string key, string version)
{
    readonly List<(DateOnly Day, long Downloads)> _days = [];

    /// <inheritdoc cref="GetKey(string)"/>
    public string Key => key;

    /// <summary>The version, in the spelling that comes first.</summary>
    public string Version { get; private set; } = version;

    /// <summary>The days with downloads, in order.</summary>
    public IReadOnlyList<(DateOnly Day, long Downloads)> Days => _days;

    /// <summary>The downloads of all days.</summary>
    public long Downloads => _days.Sum(day => day.Downloads);

    /// <summary>Notes that the version was also spelled so.</summary>
    public void NoteSpelling(string spelling) =>
        Version = string.CompareOrdinal(spelling, Version) < 0 ? spelling : Version;

    /// <summary>Adds downloads. Returns whether that makes a sum more.</summary>
    public bool Add(DateOnly day, long downloads)
    {
        var isNew = _days is not [.., var last] || last.Day != day;
        if (isNew)
            _days.Add((day, downloads));
        else
            _days[^1] = (day, _days[^1].Downloads + downloads);
        return isNew;
    }

    /// <summary>Returns the same text for all spellings of a version.</summary>
    public static string GetKey(string version) =>
        PythonVersion.TryParse(version, out var parsed) ? parsed.Canonical : version;
}
