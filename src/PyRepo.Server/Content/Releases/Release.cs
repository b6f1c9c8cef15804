using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Releases;

/// <summary>One version of a project and its files.</summary>
sealed record Release(string Version, PythonVersion? Parsed, List<Distribution> Files)
{
    /// <summary>Whether all files of the release are yanked.</summary>
    public bool IsYanked => Files.TrueForAll(f => f.Yanked is not null);

    /// <summary>Returns the releases of a project with their visible files, in ascending order.</summary>
    public static List<Release> GetList(ProjectSnapshot snapshot) => [.. Enumerate(snapshot)];

    /// <summary>Returns the same, one after the other: a project may have as many releases as files.</summary>
    public static IEnumerable<Release> Enumerate(ProjectSnapshot snapshot)
    {
        Release? release = null;
        foreach (var file in snapshot.Visible)
        {
            if (release is null || !release.Contains(file))
            {
                if (release is not null)
                    yield return release;
                release = new Release(file.Name.CanonicalVersion, file.Name.Version, []);
            }
            release.Files.Add(file);
        }
        if (release is not null)
            yield return release;
    }

    /// <summary>Returns the release of a version, or null if the project has no visible file of it.</summary>
    public static Release? Find(ProjectSnapshot snapshot, string version) => snapshot.Files.Blocks is null
        ? Enumerate(snapshot).FirstOrDefault(release => release.Is(version))
        : snapshot.Status is ProjectStatus.Quarantined ? null : From([.. snapshot.Files.OfVersion(version)]);

    /// <summary>
    /// Returns the release that users most likely want. It prefers releases that are not yanked, then final releases,
    /// then the highest version.
    /// </summary>
    public static Release? GetLatest(ProjectSnapshot snapshot) => snapshot.Files.Blocks is null
        ? GetLatest(Enumerate(snapshot))
        : snapshot.Files.MostWanted is { } file ? Find(snapshot, file.Name.CanonicalVersion) : null;

    /// <inheritdoc cref="GetLatest(ProjectSnapshot)"/>
    public static Release? GetLatest(IEnumerable<Release> releases) =>
        releases.MaxBy(r => (!r.IsYanked, r.Parsed is { IsPrerelease: false }, r.Parsed));

    static Release? From(List<Distribution> files) =>
        files.Count == 0 ? null : new Release(files[0].Name.CanonicalVersion, files[0].Name.Version, files);

    /// <summary>Returns whether this is the same version of the same project.</summary>
    public bool IsSame(Release other) => Version == other.Version;

    /// <summary>Returns whether a file belongs to this release. Versions 1.0 and 1.0.0 are the same release.</summary>
    public bool Contains(Distribution file) => Parsed is null
        ? file.Name.Version is null && file.Name.VersionText == Version
        : Parsed.Equals(file.Name.Version);

    /// <summary>Returns whether a version in a URL refers to this release.</summary>
    public bool Is(string version) => Files[0].Name.IsOf(version);
}
