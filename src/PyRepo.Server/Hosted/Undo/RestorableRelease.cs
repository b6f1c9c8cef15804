using System.Collections.Immutable;
using PyRepo.Server.Content.Records;

namespace PyRepo.Server.Hosted.Undo;

/// <summary>A release with deleted files that can be restored.</summary>
/// <param name="Version">The version.</param>
/// <param name="Files">The names of these files.</param>
/// <param name="At">When the last of them was deleted.</param>
/// <param name="By">The actor.</param>
/// <param name="Until">Until when their bytes are kept at least, or null: longer than anybody counts.</param>
sealed record RestorableRelease(
    string Version, ImmutableArray<string> Files, DateTimeOffset At, string By, DateTimeOffset? Until)
{
    /// <summary>The files that are looked at, the last deleted ones first.</summary>
    public const int MaxFiles = 500;

    /// <summary>Finds the releases of a project, the last deleted ones first.</summary>
    public static ImmutableArray<RestorableRelease> FindAll(ProjectHistory history, TimeSpan keepFor) =>
    [
        .. history.Removed.Where(removed => removed is { PurgedAt: null, WasReplaced: false })
            .OrderByDescending(removed => removed.At).Take(MaxFiles)
            .Select(removed => (Removed: removed, File: history.Unpack(removed)))
            .Where(deleted => history.Find(deleted.File.Name)?.Visible is null)
            .DistinctBy(deleted => FileIdentity.From(deleted.File.Name))
            .GroupBy(deleted => deleted.File.Name.CanonicalVersion)
            .Select(release => new RestorableRelease(
                release.Key, [.. release.Select(deleted => deleted.File.Name.FileName).Order(StringComparer.Ordinal)],
                release.First().Removed.At, release.First().Removed.By,
                GetEnd(release.Min(deleted => deleted.Removed.At), keepFor))),
    ];

    /// <summary>Returns until when bytes are kept at least.</summary>
    public static DateTimeOffset? GetEnd(DateTimeOffset from, TimeSpan keepFor) =>
        keepFor < DateTimeOffset.MaxValue - from ? from + keepFor : null;
}
