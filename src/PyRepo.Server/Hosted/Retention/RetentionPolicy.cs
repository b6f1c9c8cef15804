using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Hosted.Retention;

/// <summary>Decides which releases of a project go: those that no given rule keeps.</summary>
/// <remarks>
/// Development releases are counted apart from the others, and final releases are counted without pre-releases, so that
/// a flood of either pushes out no final release. A yanked release takes nobody's place. Whoever sets only rules about
/// development releases loses no other.
/// </remarks>
/// <param name="rules">The rules.</param>
/// <param name="now">The current time.</param>
/// <param name="downloads">When releases were last downloaded, or null if no rule asks for it.</param>
sealed class RetentionPolicy(RetentionSpec rules, DateTimeOffset now, LastDownloads? downloads)
{
    /// <summary>Returns the releases of a project that go, in ascending order.</summary>
    public IEnumerable<ExpiredRelease> FindExpired(ProjectSnapshot project)
    {
        var expired = new List<ExpiredRelease>();
        var newer = default(NewerReleases);
        var releases = Release.GetList(project);
        for (var i = releases.Count - 1; i >= 0; i--)
        {
            if (!Keeps(releases[i], newer))
                expired.Add(ToExpired(project, releases[i]));
            newer = newer.With(releases[i]);
        }
        expired.Reverse();
        return expired;
    }

    /// <summary>A version that cannot be ordered is kept: nobody knows which are newer.</summary>
    bool Keeps(Release release, NewerReleases newer) =>
        release.Parsed is null || MayHaveBeenDownloaded(release)
        || (release.Parsed.IsDevrelease ? KeepsDevelopment(release, newer) : KeepsOther(release, newer));

    ExpiredRelease ToExpired(ProjectSnapshot project, Release release) => new(
        project.Project, release.Version, [.. release.Files.Select(file => file.Name.FileName)],
        [.. release.Files.Select(file => file.Location)], release.Files.Sum(file => file.Size ?? 0),
        GetReason(release));

    bool KeepsOther(Release release, NewerReleases newer) =>
        rules.KeepVersions is not { } kept
        || (release.Parsed is { IsPrerelease: false } ? newer.Finals : newer.FinalsAndPrereleases) < kept;

    bool KeepsDevelopment(Release release, NewerReleases newer)
    {
        if (rules is { KeepVersions: null, KeepDevReleasesFor: null })
            return true;
        return newer.Developments < rules.KeepVersions
            || (rules.KeepDevReleasesFor is { } time && AddedAt(release) > now - time.Value);
    }

    /// <summary>
    /// Whether it was downloaded lately, or nobody can know: downloads were not counted for that long, or not by all,
    /// or the release is newer than that.
    /// </summary>
    bool MayHaveBeenDownloaded(Release release)
    {
        if (rules.KeepIfDownloadedWithin is not { } time)
            return false;
        var since = DateOnly.FromDateTime((now - time.Value).UtcDateTime);
        return downloads is not { IsComplete: true, CountedSince: { } counted } || counted > since
            || release.Files.Any(file => downloads.Find(file.Name) >= since)
            || AddedAt(release) > now - time.Value;
    }

    string GetReason(Release release)
    {
        var reasons = new List<string>();
        if (rules.KeepVersions is { } kept)
            reasons.Add(kept == 1 ? "it is not the newest version" : $"it is not one of the {kept} newest versions");
        if (release.Parsed is { IsDevrelease: true } && rules.KeepDevReleasesFor is { } dev)
            reasons.Add($"it is a development release older than {dev}");
        if (rules.KeepIfDownloadedWithin is { } time)
            reasons.Add($"nobody downloaded it within {time}");
        var text = string.Join(", and ", reasons);
        return string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(text[0])}{text[1..]}.");
    }

    static DateTimeOffset AddedAt(Release release) => release.Files.Max(file => file.RecordedAt);
}

/// <summary>A release that no rule keeps.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Files">The names of its files.</param>
/// <param name="Locations">Where their bytes are: other bytes of the same name are elsewhere.</param>
/// <param name="Size">Their size in bytes.</param>
/// <param name="Reason">Why no rule keeps it, as people read it.</param>
sealed record ExpiredRelease(
    ProjectName Project, string Version, ImmutableArray<string> Files, ImmutableArray<string> Locations, long Size,
    string Reason)
{
    /// <summary>Identifies a list of releases and their bytes, so that another list is not taken for it.</summary>
    public static string GetFingerprint(IEnumerable<ExpiredRelease> releases)
    {
        var lines = releases.SelectMany(
            release => release.Locations.Prepend($"{release.Project} {release.Version}").Append(""));
        return Sha256Digest.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).ToString();
    }
}

/// <summary>How many releases are newer than one, without those that are yanked.</summary>
/// <param name="Finals">Those that are no pre-release and no development release.</param>
/// <param name="FinalsAndPrereleases">Those that are no development release.</param>
/// <param name="Developments">Those that are one.</param>
readonly record struct NewerReleases(int Finals, int FinalsAndPrereleases, int Developments)
{
    /// <summary>Returns the counts for the next older release.</summary>
    public NewerReleases With(Release release)
    {
        if (release.IsYanked)
            return this;
        // A version that cannot be ordered is no final, and no development release.
        return release.Parsed switch
        {
            { IsDevrelease: true } => this with { Developments = Developments + 1 },
            { IsPrerelease: false } => this with
            {
                Finals = Finals + 1,
                FinalsAndPrereleases = FinalsAndPrereleases + 1,
            },
            _ => this with { FinalsAndPrereleases = FinalsAndPrereleases + 1 },
        };
    }
}
