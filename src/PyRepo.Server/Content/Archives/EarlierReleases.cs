using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// The releases of a project in the order in which they became available. A release counts as an earlier one only if it
/// had been there for a while when the other came: else an attacker would establish one with the other.
/// </summary>
sealed class EarlierReleases
{
    /// <summary>The releases that a file is compared with, as far as their archives were inspected.</summary>
    const int MaxCompared = 3;

    readonly Dictionary<string, Release> _byVersion = new(StringComparer.Ordinal);

    /// <summary>The releases, the latest first.</summary>
    readonly List<Release> _releases = [];

    readonly Dictionary<Release, IReadOnlyList<IReadOnlyList<GuardedFile>>> _before =
        new(ReferenceEqualityComparer.Instance);

    readonly TimeSpan _established;

    /// <param name="files">The files of the project.</param>
    /// <param name="established">How long a release must have been there.</param>
    public EarlierReleases(IReadOnlyList<GuardedFile> files, TimeSpan established)
    {
        _established = established;
        foreach (var release in files.GroupBy(file => GetKey(file.File), StringComparer.Ordinal))
        {
            if (release.Min(file => file.File.AvailableSince) is { } start)
                _releases.Add(_byVersion[release.Key] = new(start, [.. release]));
        }
        _releases.Sort((a, b) => b.Start.CompareTo(a.Start));
    }

    /// <summary>Returns when the first file of a file's release became available, or null if that is not known.</summary>
    public DateTimeOffset? GetStart(Distribution file) => _byVersion.GetValueOrDefault(GetKey(file))?.Start;

    /// <summary>Returns the files of a file's release.</summary>
    public IReadOnlyList<GuardedFile> Of(Distribution file) =>
        _byVersion.GetValueOrDefault(GetKey(file))?.Files ?? [];

    /// <summary>Returns the last releases before a file's own, the latest first.</summary>
    public IReadOnlyList<IReadOnlyList<GuardedFile>> Before(Distribution file)
    {
        if (_byVersion.GetValueOrDefault(GetKey(file)) is not { } release)
            return [];
        if (!_before.TryGetValue(release, out var before))
            _before[release] = before = Find(release);
        return before;
    }

    /// <summary>Returns what the files of a release have in common.</summary>
    public static string GetKey(Distribution file) => file.Name.Version?.Canonical ?? file.Name.VersionText;

    List<IReadOnlyList<GuardedFile>> Find(Release release)
    {
        var start = release.Start;
        // Upstream may date a file near the beginning of time.
        var latest = start > DateTimeOffset.MinValue + _established ? start - _established : DateTimeOffset.MinValue;
        var (first, end) = (0, _releases.Count);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = _releases[middle].Start > latest ? (middle + 1, end) : (first, middle);
        }
        return [.. _releases.Skip(first).Where(each => each != release).Take(MaxCompared).Select(each => each.Files)];
    }

    /// <param name="Start">When its first file became available.</param>
    /// <param name="Files">Its files.</param>
    sealed record Release(DateTimeOffset Start, IReadOnlyList<GuardedFile> Files);
}
