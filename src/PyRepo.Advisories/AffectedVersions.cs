using System.Collections.Immutable;
using PyRepo.Packaging.Versions;

namespace PyRepo.Advisories;

/// <summary>The versions of one project that an advisory affects: ranges, and a list beside them.</summary>
/// <remarks>OSV lists most versions that its ranges contain. Those are not kept.</remarks>
sealed class AffectedVersions
{
    readonly ImmutableArray<AffectedRange> _ranges;

    /// <summary>Equal versions have one canonical text. A text that is no version stands for itself.</summary>
    readonly string[] _listed;

    /// <param name="ranges">The ranges.</param>
    /// <param name="listed">The versions that the advisory lists.</param>
    /// <param name="intern">Shares equal texts.</param>
    public AffectedVersions(
        ImmutableArray<AffectedRange> ranges, IEnumerable<string> listed, Func<string, string> intern)
    {
        _ranges = [.. ranges.Where(range => !range.IsEmpty)];
        _listed = [.. listed.Select(text => (Version: PythonVersion.ParseOrNull(text), text))
            .Where(entry => !IsInRange(entry.Version))
            .Select(entry => intern(entry.Version?.Canonical ?? entry.text))
            .Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether no version is affected.</summary>
    public bool IsEmpty => _ranges.IsEmpty && _listed.Length == 0;

    /// <summary>How many versions are listed that no range contains.</summary>
    public int ListedCount => _listed.Length;

    /// <summary>Whether a version is affected.</summary>
    /// <param name="version">The version, or null if the text is none.</param>
    /// <param name="text">The version as it is written.</param>
    /// <remarks>
    /// Advisories name public versions. <c>1.0+cpu</c> is a build of 1.0, so it is affected if 1.0 is
    /// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/">local version
    /// identifiers</see>).
    /// </remarks>
    public bool Contains(PythonVersion? version, string text) =>
        IsInRange(version) || IsListed(version?.Canonical ?? text)
        || (version is { Local: not null } && PythonVersion.ParseOrNull(version.Public) is { } build
            && Contains(build, version.Public));

    bool IsListed(string canonical) => Array.BinarySearch(_listed, canonical, StringComparer.Ordinal) >= 0;

    bool IsInRange(PythonVersion? version)
    {
        foreach (var range in _ranges)
        {
            if (range.Contains(version))
                return true;
        }
        return false;
    }
}
