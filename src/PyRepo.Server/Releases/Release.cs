using PyRepo.Packaging.Versions;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Releases;

/// <summary>One version of a project and its files.</summary>
sealed record Release(string Version, PythonVersion? Parsed, List<Distribution> Files)
{
    /// <summary>Whether all files of the release are yanked.</summary>
    public bool IsYanked => Files.TrueForAll(f => f.Yanked is not null);

    /// <summary>Returns the releases of a project with their visible files, in ascending order.</summary>
    public static List<Release> ListOf(ProjectSnapshot snapshot)
    {
        var releases = new List<Release>();
        foreach (var file in snapshot.Visible)
        {
            if (releases.Count == 0 || !releases[^1].Contains(file))
                releases.Add(new Release(file.Name.CanonicalVersion, file.Name.Version, []));
            releases[^1].Files.Add(file);
        }
        return releases;
    }

    /// <summary>
    /// Returns the release that users most likely want. It prefers releases that are not yanked, then final releases,
    /// then the highest version.
    /// </summary>
    public static Release? LatestOf(IReadOnlyList<Release> releases) => releases
        .OrderByDescending(r => !r.IsYanked)
        .ThenByDescending(r => r.Parsed is { IsPrerelease: false })
        .ThenByDescending(r => r.Parsed)
        .FirstOrDefault();

    /// <summary>Returns whether a file belongs to this release. Versions 1.0 and 1.0.0 are the same release.</summary>
    public bool Contains(Distribution file) => Parsed is null
        ? file.Name.Version is null && file.Name.VersionText == Version
        : Parsed.Equals(file.Name.Version);

    /// <summary>Returns whether a version in a URL refers to this release.</summary>
    public bool Is(string version) => Files[0].Name.IsOf(version);
}
