using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Content.Statistics;

/// <summary>On which day each release was last downloaded, of those days that were read.</summary>
/// <param name="countedSince">
/// The first day with a download of anything, or null if there is none: what was downloaded before is not known.
/// </param>
sealed class LastDownloads(DateOnly? countedSince)
{
    readonly Dictionary<(string Project, string? Version), DateOnly> _days = [];

    /// <summary>The first day with a download of anything, or null if there is none.</summary>
    public DateOnly? CountedSince => countedSince;

    /// <summary>Whether all days could be read. If not, what seems not downloaded may have been.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Returns the last day on which a file's release was downloaded, or null if it was not.</summary>
    /// <remarks>If it is not known which version it was, it may have been this one.</remarks>
    public DateOnly? Find(DistributionFileName file) =>
        Latest(
            Find(file.Project.Value, CanonicalOf(file.CanonicalVersion)),
            Latest(Find(file.Project.Value, null), Find(DownloadKey.Rest.Project, null)));

    /// <summary>Adds that something was downloaded on a day.</summary>
    public void Add(DownloadKey key, DateOnly day)
    {
        var release = (key.Project, key.Version is null ? null : CanonicalOf(key.Version));
        _days[release] = Latest(Find(release.Project, release.Item2), day)!.Value;
    }

    DateOnly? Find(string project, string? version) =>
        _days.TryGetValue((project, version), out var day) ? day : null;

    static DateOnly? Latest(DateOnly? one, DateOnly? other) => one is null || other > one ? other : one;

    /// <summary>Versions 1.0 and 1.0.0 are the same release.</summary>
    static string CanonicalOf(string version) =>
        PythonVersion.TryParse(version, out var parsed) ? parsed.Canonical : version;
}
