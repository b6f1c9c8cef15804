using PyRepo.Packaging.Versions;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.JsonApi;

/// <summary>One version of a project and its files.</summary>
sealed record Release(string Version, PythonVersion? Parsed, List<Distribution> Files)
{
    /// <summary>Whether all files of the release are yanked.</summary>
    public bool IsYanked => Files.TrueForAll(f => f.Yanked is not null);

    /// <summary>Returns whether a file belongs to this release. Versions 1.0 and 1.0.0 are the same release.</summary>
    public bool Contains(Distribution file) => Parsed is null
        ? file.Name.Version is null && file.Name.VersionText == Version
        : Parsed.Equals(file.Name.Version);

    /// <summary>Returns whether a version in a URL refers to this release.</summary>
    public bool Is(string version) =>
        version == Version
            || (Parsed is not null && PythonVersion.TryParse(version, out var parsed) && Parsed.Equals(parsed));
}
