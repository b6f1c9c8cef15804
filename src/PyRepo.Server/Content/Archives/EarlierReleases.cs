using PyRepo.Packaging.Versions;
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

    static readonly ReleaseBaseline _nothing = new([]);

    readonly Dictionary<string, GuardedRelease> _byVersion = new(StringComparer.Ordinal);

    /// <summary>The releases, the latest first.</summary>
    readonly List<GuardedRelease> _releases = [];

    readonly Dictionary<GuardedRelease, ReleaseBaseline> _before = new(ReferenceEqualityComparer.Instance);

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

    /// <summary>
    /// Returns when the first file of a file's release became available, or null if that is not known. Who asks for 1.0
    /// gets 1.0+local, too, so that this belongs to 1.0 if there is one.
    /// </summary>
    public DateTimeOffset? GetStart(Distribution file)
    {
        var own = Of(file)?.Start;
        var whole = file.Name.Version is { Local: not null } version
            && PythonVersion.TryParse(version.Public, out var parsed)
                ? _byVersion.GetValueOrDefault(parsed.Canonical)?.Start : null;
        return whole < own ? whole : own;
    }

    /// <summary>Returns a file's release, or null if it is not known since when it is there.</summary>
    public GuardedRelease? Of(Distribution file) => _byVersion.GetValueOrDefault(GetKey(file));

    /// <summary>Returns the last releases before a file's own.</summary>
    public ReleaseBaseline Before(Distribution file)
    {
        if (Of(file) is not { } release)
            return _nothing;
        if (!_before.TryGetValue(release, out var before))
            _before[release] = before = new(Find(release));
        return before;
    }

    /// <summary>Returns what the files of a release have in common.</summary>
    public static string GetKey(Distribution file) => file.Name.Version?.Canonical ?? file.Name.VersionText;

    List<GuardedRelease> Find(GuardedRelease release)
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
        return [.. _releases.Skip(first).Where(each => each != release).Take(MaxCompared)];
    }
}
