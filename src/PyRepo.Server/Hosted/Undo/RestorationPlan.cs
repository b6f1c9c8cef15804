using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Hosted.Undo;

/// <summary>The changes that bring back what a project showed. It is decided on the project's history alone.</summary>
/// <param name="Steps">The changes.</param>
/// <param name="Unavailable">The files that cannot come back.</param>
sealed record RestorationPlan(
    ImmutableArray<RestorationStep> Steps, ImmutableArray<UnavailableFile> Unavailable)
{
    /// <summary>
    /// Plans to bring back the deleted files of a release, or null if it has none, deleted or not. A file that is visible
    /// with the same bytes needs nothing.
    /// </summary>
    public static RestorationPlan? OfRelease(ProjectHistory now, string version, DateTimeOffset at, string by)
    {
        var (steps, unavailable, isKnown) = (NewSteps(), NewUnavailable(), now.GetFiles(version).Any());
        foreach (var deleted in FindDeleted(now, version))
        {
            isKnown = true;
            var (removed, file) = deleted;
            var visible = now.Find(file.Name)?.Visible;
            if (visible?.Sha256 == file.Sha256)
                continue;
            if (visible is not null)
                unavailable.Add(Taken(file, visible));
            else if (removed.PurgedAt is { } gone)
                unavailable.Add(Gone(file, gone));
            else
                steps.Add(new(RestoredPart.File, file.Name.FileName, file, [ProjectEvent.Adding(file, at, by)]));
        }
        return isKnown ? new([.. steps.OrderBy(step => step.Subject, StringComparer.Ordinal)], [.. unavailable]) : null;
    }

    /// <summary>Plans to bring a project back to what it showed at a time.</summary>
    /// <param name="now">The project.</param>
    /// <param name="then">The project at that time.</param>
    /// <param name="removesNewer">
    /// Whether files that came since are deleted, and the bytes that a name had then take the place of others.
    /// </param>
    /// <param name="deletion">The event of a deletion.</param>
    public static RestorationPlan AsOf(
        ProjectHistory now, ProjectHistory then, bool removesNewer, ProjectEvent deletion)
    {
        var (steps, unavailable) = (NewSteps(), NewUnavailable());
        // A project that did not exist then had no status. What somebody quarantined since stays so: that is lifted by
        // itself, by a person who has looked.
        if ((now.Status, now.StatusReason) != (then.Status, then.StatusReason) && then.Serial > 0
            && now.Status is not ProjectStatus.Quarantined)
        {
            steps.Add(new(RestoredPart.Status, then.Status.ToName(), null,
                [
                    deletion with
                    {
                        Event = ProjectEventKind.Status,
                        KeepsBytes = null,
                        Status = then.Status.ToName(),
                        Reason = then.StatusReason,
                    },
                ]));
        }
        var kept = now.Removed.Where(removed => removed.PurgedAt is null).Select(now.Unpack)
            .ToLookup(file => (FileIdentity.From(file.Name), file.Sha256));
        var purged = now.Removed.Where(removed => removed.PurgedAt is not null)
            .GroupBy(removed => removed.Packed.Sha256)
            .ToDictionary(same => same.Key, same => same.Max(removed => removed.PurgedAt));
        foreach (var file in then.Visible)
        {
            var past = now.Find(file.Name);
            if (past?.Visible is { } same && same.Sha256 == file.Sha256)
                steps.AddRange(YankAs(file, same, deletion));
            else if (past?.Visible is { } other && !removesNewer)
                unavailable.Add(Taken(file, other));
            else if (FindBytes(file, kept) is { } found)
                steps.Add(Restore(file, found, past?.Visible, deletion));
            else
                unavailable.Add(Gone(file, purged.GetValueOrDefault(file.Sha256!.Value) ?? past?.Ended?.At));
        }
        if (removesNewer)
            steps.AddRange(now.Visible.Where(file => then.Find(file.Name)?.Visible is null).Select(
                file => Delete(file, deletion)));
        return new([.. steps], [.. unavailable]);
    }

    /// <summary>The deleted files of a release: of each name the last one, and rather one with bytes.</summary>
    static IEnumerable<(RemovedFile Removed, Distribution File)> FindDeleted(ProjectHistory now, string version) =>
        now.Removed.Where(removed => !removed.WasReplaced).Select(removed => (removed, File: now.Unpack(removed)))
            .Where(deleted => deleted.File.Name.IsOf(version))
            .GroupBy(deleted => FileIdentity.From(deleted.File.Name))
            .Select(same => same.MaxBy(deleted => (deleted.removed.PurgedAt is null, deleted.removed.At)));

    static Distribution? FindBytes(
        Distribution file, ILookup<(FileIdentity, Sha256Digest?), Distribution> kept)
    {
        var same = kept[(FileIdentity.From(file.Name), file.Sha256)];
        return same.FirstOrDefault(each => each.Location == file.Location) ?? same.FirstOrDefault();
    }

    static RestorationStep Restore(
        Distribution then, Distribution found, Distribution? replaced, ProjectEvent deletion)
    {
        var added = ProjectEvent.Adding(found, deletion.At, deletion.By) with
        {
            KeepsBytes = replaced is null ? null : deletion.KeepsBytes,
        };
        // A file comes back with the yank that it had when it was removed.
        var yank = YankAs(then, found, deletion).SelectMany(step => step.Events);
        return new(RestoredPart.File, found.Name.FileName, found, [added, .. yank]) { Removes = replaced };
    }

    static IEnumerable<RestorationStep> YankAs(Distribution then, Distribution now, ProjectEvent deletion)
    {
        if (then.Yanked == now.Yanked)
            yield break;
        var isYank = then.Yanked is not null;
        var change = deletion with
        {
            Event = isYank ? ProjectEventKind.Yanked : ProjectEventKind.Unyanked,
            KeepsBytes = null,
            File = now.Name.FileName,
            Reason = then.Yanked,
        };
        yield return new(
            isYank ? RestoredPart.Yank : RestoredPart.Unyank, now.Name.FileName, null, [change]);
    }

    static RestorationStep Delete(Distribution file, ProjectEvent deletion) => new(
        RestoredPart.Deletion, file.Name.FileName, null, [deletion with { File = file.Name.FileName }])
    {
        Removes = file,
    };

    static UnavailableFile Taken(Distribution file, Distribution by) => new(
        file.Name.FileName, $"Its name has been taken by other bytes (SHA-256 {by.Sha256}).");

    static UnavailableFile Gone(Distribution file, DateTimeOffset? at) => new(
        file.Name.FileName,
        at is { } time
            ? string.Create(
                CultureInfo.InvariantCulture, $"Its bytes were removed on {time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}.")
            : "Its bytes are gone.");

    static List<RestorationStep> NewSteps() => [];

    static List<UnavailableFile> NewUnavailable() => [];
}

/// <summary>One of the changes that bring something back.</summary>
/// <param name="Part">The kind of change.</param>
/// <param name="Subject">The name of the file, or the status.</param>
/// <param name="Bytes">The removed file whose bytes it needs, or null.</param>
/// <param name="Events">The events.</param>
sealed record RestorationStep(
    RestoredPart Part, string Subject, Distribution? Bytes, ImmutableArray<ProjectEvent> Events)
{
    /// <summary>The file that it hides, whose bytes go at once if deleted ones are not kept; null: none.</summary>
    public Distribution? Removes { get; init; }
}

/// <summary>The kinds of change that bring something back.</summary>
enum RestoredPart
{
    /// <summary>A file becomes visible again.</summary>
    File,

    /// <summary>A file is yanked again.</summary>
    Yank,

    /// <summary>A yank that came since ends.</summary>
    Unyank,

    /// <summary>A file that came since is deleted.</summary>
    Deletion,

    /// <summary>The project has its status again.</summary>
    Status,
}

/// <summary>A file that cannot come back.</summary>
/// <param name="File">Its name.</param>
/// <param name="Reason">A sentence that says why.</param>
sealed record UnavailableFile(string File, string Reason);
