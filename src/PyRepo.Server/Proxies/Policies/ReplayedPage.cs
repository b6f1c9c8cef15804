using System.Collections.Immutable;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>A project as a policy shows it at each moment, as far as the facts about its files tell.</summary>
/// <param name="page">The project with all its files, as it is now.</param>
/// <param name="policy">The policy.</param>
/// <remarks>The policy judges again only where time has changed a verdict, as for a page that is served.</remarks>
sealed class ReplayedPage(ProjectSnapshot page, Policy policy)
{
    readonly ILookup<string, int> _files = page.Files.Index()
        .ToLookup(file => GetKey(file.Item.Distribution), file => file.Index, StringComparer.Ordinal);

    JudgedFiles? _judged;
    (DateTimeOffset Moment, string? Version)? _newest;

    /// <summary>Returns what the policy does to a release, or null if it has no files.</summary>
    /// <param name="key">The release, as <see cref="RecordedRelease.Key"/>.</param>
    /// <param name="moment">The time. What was not there yet does not count, unless nothing of the release was.</param>
    public ReleaseVerdict? Judge(string key, DateTimeOffset moment)
    {
        if (!_files.Contains(key))
            return null;
        var judged = JudgeAt(moment);
        var files = _files[key].Select(index => judged.Files[index]).ToList();
        if (files.Exists(file => IsThere(file, moment)))
            files.RemoveAll(file => !IsThere(file, moment));
        if (judged.IsQuarantined && page.Status is ProjectStatus.Quarantined)
            return new(files.Count, files.Count, new Verdict("status", null, "is quarantined by upstream"));
        var longest = files.Where(file => !file.IsVisible).Select(file => Verdict.FindLongest(file.HiddenBy)!).ToList();
        return new(files.Count, longest.Count, Verdict.FindLongest(longest));
    }

    /// <summary>
    /// Returns the version that an installer takes if it may take any: the newest that is visible and not yanked, a
    /// pre-release only if there is nothing else; or null if there is none.
    /// </summary>
    public string? FindNewest(DateTimeOffset moment)
    {
        // Many releases of a project may be refused on the same day.
        if (_newest is not { } last || last.Moment != moment)
            _newest = last = (moment, GetNewest(JudgeAt(moment), moment)?.ToString());
        return last.Version;
    }

    static PythonVersion? GetNewest(JudgedFiles judged, DateTimeOffset moment)
    {
        if (judged.IsQuarantined)
            return null;
        PythonVersion? newest = null;
        foreach (var file in judged.Files.Where(file => file.IsVisible && IsThere(file, moment)))
        {
            if (file.Distribution.Name.Version is { } version && !IsYanked(file.Distribution, moment)
                && (newest is null || IsPreferred(version, newest)))
            {
                newest = version;
            }
        }
        return newest;
    }

    JudgedFiles JudgeAt(DateTimeOffset moment)
    {
        if (_judged is { } last && last.From <= moment && !(last.Until <= moment))
            return last;
        var removed = page.Files.Select(file => file.Distribution.RemovedAt).Where(at => at > moment).ToList();
        var judged = policy.Apply(removed.Count == 0 ? page : BeforeRemovals(moment), moment);
        return _judged = new JudgedFiles(
            moment, judged.ValidUntil is { } end ? removed.Append(end).Min() : removed.Min(), [.. judged.Files],
            judged.Status is ProjectStatus.Quarantined);
    }

    /// <summary>Upstream still had what it removed later.</summary>
    ProjectSnapshot BeforeRemovals(DateTimeOffset moment) => page with
    {
        Files =
        [
            .. page.Files.Select(file => file.Distribution.RemovedAt > moment
                ? file with { Distribution = file.Distribution with { RemovedAt = null, WasQuarantined = false } }
                : file),
        ],
    };

    static bool IsPreferred(PythonVersion version, PythonVersion other) =>
        version.IsPrerelease == other.IsPrerelease ? version.CompareTo(other) > 0 : other.IsPrerelease;

    static bool IsThere(SnapshotFile file, DateTimeOffset moment) => !(file.Distribution.AvailableSince > moment);

    static bool IsYanked(Distribution file, DateTimeOffset moment) =>
        file.Yanked is not null && !(file.YankedAt > moment);

    static string GetKey(Distribution file) => file.Name.Version?.Canonical ?? file.Name.VersionText;

    /// <param name="From">The moment of the verdicts.</param>
    /// <param name="Until">When they change next, or null if they do not.</param>
    /// <param name="Files">The files, in the order of the page.</param>
    /// <param name="IsQuarantined">Whether the page shows none of them.</param>
    sealed record JudgedFiles(
        DateTimeOffset From, DateTimeOffset? Until, ImmutableArray<SnapshotFile> Files, bool IsQuarantined);
}

/// <summary>The effect of a policy on a release.</summary>
/// <param name="Files">The number of its files.</param>
/// <param name="Hidden">How many of them are hidden.</param>
/// <param name="Longest">The verdict that hides one of them longest, or null if all are visible.</param>
sealed record ReleaseVerdict(int Files, int Hidden, Verdict? Longest)
{
    /// <summary>Whether nothing of the release is visible.</summary>
    public bool IsRefused => Hidden == Files;

    /// <summary>Whether some of its files are hidden, but not all.</summary>
    public bool IsInPart => Hidden > 0 && Hidden < Files;
}
