using Microsoft.Extensions.Logging;
using PyRepo.Advisories;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Looks for what was downloaded and is malicious, or vulnerable enough, by an advisory that came later.
/// </summary>
sealed class CompromisedDownloads(
    DownloadLog log, RepositoryAdvisories advisories, string name, TimeProvider clock, ILogger logger)
{
    /// <summary>The releases that are told of. There may be more only if whole databases are own ones.</summary>
    const int MaxReleases = 1000;

    /// <summary>How soon other downloads count: those of this process and those of other replicas.</summary>
    static readonly TimeSpan _ofOwn = TimeSpan.FromMinutes(1), _ofOthers = TimeSpan.FromMinutes(10);

    /// <summary>How soon an alarm ends whose downloads are kept no longer: nothing in the log changes then.</summary>
    static readonly TimeSpan _ofExpired = TimeSpan.FromHours(1);

    static readonly StringComparer _byText = StringComparer.Ordinal;

    string? _checkedAdvisories;
    string? _checkedLog;
    long _checkedFiles;
    long _checkedAt;
    long _foundAt;

    /// <summary>
    /// The releases, those with most downloads first. Null while it is not known: before the first look, and while the
    /// advisories are not read.
    /// </summary>
    public IReadOnlyList<CompromisedRelease>? Found { get; private set; }

    bool MayHaveExpired => Found is [_, ..] && clock.GetElapsedTime(_foundAt) >= _ofExpired;

    /// <summary>Looks again, if there are other advisories or other downloads.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (log.Waiting() is not null)
            return;
        if (!advisories.AreUsed)
        {
            (Found, _checkedAdvisories) = ([], null);
            return;
        }
        if (advisories.Alarming is not { } alarming)
            return;
        var (isSame, files) = (alarming.Version == _checkedAdvisories, log.FilesWritten);
        if (isSame && clock.GetElapsedTime(_checkedAt) < (files == _checkedFiles ? _ofOthers : _ofOwn))
            return;
        var version = await log.GetVersionAsync(cancellationToken);
        if (!isSame || version != _checkedLog || MayHaveExpired)
        {
            Note(await FindAsync(alarming, cancellationToken));
            _foundAt = clock.GetTimestamp();
        }
        (_checkedAdvisories, _checkedLog, _checkedFiles) = (alarming.Version, version, files);
        _checkedAt = clock.GetTimestamp();
    }

    /// <summary>
    /// Sums the downloads. Those of a day count together, so that they count until the last of them is kept no longer.
    /// </summary>
    async Task<IReadOnlyList<CompromisedRelease>> FindAsync(
        AlarmingAdvisories alarming, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string Project, string Version), CompromisedRelease>();
        await foreach (var release in log.ReadReleasesAsync(cancellationToken))
        {
            if (release.Count == 0 || release.Version is not { } version)
                continue;
            var key = (release.Project, version);
            if (found.TryGetValue(key, out var known))
                found[key] = known with { Downloads = known.Downloads + release.Count };
            else if (found.Count < MaxReleases && alarming.Find(release.Project, version) is { } advisory)
                found[key] = new(release.Project, version, advisory.Id, release.Count);
        }
        return
        [
            .. found.Values.OrderByDescending(release => release.Downloads).ThenBy(release => release.Project, _byText)
                .ThenBy(release => release.Version, _byText),
        ];
    }

    void Note(IReadOnlyList<CompromisedRelease> found)
    {
        var before = (Found ?? []).Select(release => (release.Project, release.Version)).ToHashSet();
        foreach (var release in found.Where(release => !before.Contains((release.Project, release.Version))))
            Log.CompromisedServed(logger, release.Project, release.Version, release.Downloads, release.Advisory, name);
        Found = found;
    }
}

/// <summary>A release that was downloaded, and that an advisory names.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Advisory">The id of the advisory.</param>
/// <param name="Downloads">How often it was downloaded, as far as the log is kept.</param>
sealed record CompromisedRelease(string Project, string Version, string Advisory, long Downloads);

/// <summary>
/// The advisories that are an alarm if something that they affect was downloaded: those about malicious files, and those
/// that are severe enough for the spec.
/// </summary>
/// <param name="Database">All advisories.</param>
/// <param name="Minimum">The severity, or null if only malicious files count.</param>
sealed record AlarmingAdvisories(AdvisoryDatabase Database, Severity? Minimum)
{
    /// <summary>How the ids of advisories about malicious packages begin
    /// (<see href="https://github.com/ossf/malicious-packages">OpenSSF</see>).</summary>
    const string Malicious = "MAL-";

    /// <summary>Another one if they are others.</summary>
    public string Version => $"{Database.Version} {Minimum}";

    /// <summary>Returns an advisory about a release, one about malicious files first, or null if there is none.</summary>
    public Advisory? Find(string project, string version)
    {
        if (!ProjectName.TryParse(project, out var name) || Database.Find(name).IsEmpty)
            return null;
        var parsed = PythonVersion.TryParse(version, out var found) ? found : null;
        var all = Database.Find(name, parsed, version);
        return all.FirstOrDefault(IsAboutMalice)
            ?? (Minimum is null ? null : all.FirstOrDefault(advisory => advisory.IsSevereEnough(Minimum)));
    }

    static bool IsAboutMalice(Advisory advisory) =>
        advisory.Aliases.Append(advisory.Id).Any(id => id.StartsWith(Malicious, StringComparison.Ordinal));
}
