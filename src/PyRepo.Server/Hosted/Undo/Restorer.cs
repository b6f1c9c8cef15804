using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Hosted.Undo;

/// <summary>Brings deleted releases, or all that a project showed at a time, back by new events.</summary>
/// <remarks>
/// Whether bytes are there is looked up first. The events are then decided on the record that they are written to, and
/// nothing but an event there allows bytes to be removed: see <see cref="DeletedBytes"/>.
/// </remarks>
sealed class Restorer(HostedRepository repository)
{
    /// <summary>Brings the deleted files of a release back. Returns null if there was no such release.</summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version.</param>
    /// <param name="by">The actor.</param>
    /// <param name="isTrial">Whether nothing is written.</param>
    /// <param name="cancellationToken">Stops looking for bytes.</param>
    public Task<Restoration?> RestoreAsync(
        ProjectName project, string version, string by, bool isTrial, CancellationToken cancellationToken) =>
        RunAsync(
            project,
            history => RestorationPlan.OfRelease(history, version, repository.Records.GetUtcNow(), by),
            by, isTrial, cancellationToken);

    /// <summary>Brings a project back to what it showed at a time. Returns null if there is no such project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="asOf">The time.</param>
    /// <param name="removesNewer">Whether files that came since are deleted or replaced.</param>
    /// <param name="by">The actor.</param>
    /// <param name="isTrial">Whether nothing is written.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<Restoration?> RestoreAsOfAsync(
        ProjectName project, DateTimeOffset asOf, bool removesNewer, string by, bool isTrial,
        CancellationToken cancellationToken)
    {
        if (await repository.Records.FindAsync(project, cancellationToken) is not { } record
            || await record.ReplayAsync(asOf, cancellationToken) is not { } then)
        {
            return null;
        }
        return await RunAsync(
            project,
            history => RestorationPlan.AsOf(history, then, removesNewer, repository.Files.Deletion(by)),
            by, isTrial, cancellationToken);
    }

    async Task<Restoration?> RunAsync(
        ProjectName project, Func<ProjectHistory, RestorationPlan?> makePlan, string by, bool isTrial,
        CancellationToken cancellationToken)
    {
        if (await repository.Records.FindAsync(project, cancellationToken) is not { } record
            || await record.ReadCurrentAsync(makePlan, cancellationToken) is not { } foreseen)
        {
            return null;
        }
        var found = await FindBytesAsync(foreseen, cancellationToken);
        if (isTrial)
            return Restoration.From(foreseen, found);
        var restored = await record.ChangeAsync(history =>
        {
            if (makePlan(history) is not { } plan)
                return new Change<Restoration?>(null, []);
            var restoration = Restoration.From(plan, found);
            var at = repository.Records.GetUtcNow();
            // Of missing bytes first: these events repeat the status as it is before the plan changes it.
            return new(restoration,
            [
                .. restoration.Missing.Select(file => DeletedBytes.Purged(history, file, at, by)),
                .. restoration.Done.SelectMany(step => step.Events),
            ]);
        });
        if (!repository.Files.KeepsDeleted)
        {
            foreach (var removed in restored?.Done.Select(step => step.Removes).OfType<Distribution>() ?? [])
                await repository.Files.RemoveBytesAsync(StoredBytes.From(removed));
        }
        return restored;
    }

    /// <summary>Looks which of the bytes that a plan needs next are in the store, by their keys.</summary>
    async Task<Dictionary<string, FoundBytes>> FindBytesAsync(
        RestorationPlan plan, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, FoundBytes>(StringComparer.Ordinal);
        foreach (var step in plan.Steps.Take(ServerLimits.MaxRestoredTogether))
        {
            if (step.Bytes is { } file)
                found[file.Location] = await DeletedBytes.FindAsync(repository.Store, file, cancellationToken);
        }
        return found;
    }

    /// <summary>Returns the releases of a project of which deleted files can be restored, the last ones first.</summary>
    public async Task<ImmutableArray<RestorableRelease>> FindAsync(
        ProjectName project, CancellationToken cancellationToken)
    {
        var keepFor = repository.Settings.KeepDeletedFor;
        return await repository.Records.FindAsync(project, cancellationToken) is { } record
            ? await record.ReadCurrentAsync(
                history => RestorableRelease.FindAll(history, keepFor), cancellationToken)
            : [];
    }
}
