using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted.Undo;

/// <summary>Removes the bytes of files that were deleted or replaced, when they have been kept long enough.</summary>
/// <remarks>
/// The record says first that the bytes are gone. Whoever restores the file meanwhile writes to the same record: of the
/// two only one succeeds, and the other decides again. So bytes that a record names are never removed, whatever the
/// clocks say, and a crash in between leaves bytes that no record names.
/// </remarks>
sealed class DeletedBytes(HostedRepository repository, ILogger logger)
{
    /// <summary>How often to look. Records are read only of projects that have something to remove.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>How many files one write of a record concerns: uploads wait for it.</summary>
    const int MaxTogether = 500;

    /// <summary>How often a full store is asked whether what was removed has made room.</summary>
    const int MaxAttempts = 8;

    const string Actor = "retention";

    static readonly TimeSpan _recount = TimeSpan.FromSeconds(2);

    /// <summary>Returns the files whose bytes have been kept long enough, the longest first.</summary>
    public static IEnumerable<RemovedFile> FindExpired(
        IEnumerable<RemovedFile> removed, TimeSpan keepFor, DateTimeOffset now) =>
        removed.Where(file => file.PurgedAt is null && now - file.At >= keepFor).OrderBy(file => file.At);

    /// <summary>Returns the event that says that bytes are gone, and changes nothing else.</summary>
    public static ProjectEvent Purged(ProjectHistory history, Distribution file, DateTimeOffset at, string by) => new()
    {
        Event = ProjectEventKind.Status,
        At = at,
        By = by,
        File = file.Name.FileName,
        Key = file.Location,
        Status = history.Status.ToName(),
        Reason = history.StatusReason,
    };

    /// <summary>Removes what has been kept long enough.</summary>
    public async Task PurgeExpiredAsync(CancellationToken cancellationToken)
    {
        var (keepFor, now) = (repository.Settings.KeepDeletedFor, repository.Records.GetUtcNow());
        var latest = keepFor < now - DateTimeOffset.MinValue ? now - keepFor : DateTimeOffset.MinValue;
        foreach (var project in repository.Records.FindKeptSince(latest).ToList())
        {
            try
            {
                await PurgeAsync(
                    project, history => FindExpired(history.Removed, keepFor, now), Actor, cancellationToken);
            }
            // One project that fails keeps no other from its turn.
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Log.NotPurged(logger, project.Value, error.Message);
            }
        }
    }

    /// <summary>Removes the kept bytes of a release, or of all if the version is null. Returns the files.</summary>
    public Task<ImmutableArray<string>> PurgeAsync(
        ProjectName project, string? version, string by, CancellationToken cancellationToken) => PurgeAsync(
        project,
        history => history.Removed.Where(
            removed => version is null || history.Unpack(removed).Name.IsOf(version)),
        by, cancellationToken);

    /// <summary>Removes the kept bytes of files that were deleted under a name. Returns the files.</summary>
    public Task<ImmutableArray<string>> PurgeFileAsync(
        ProjectName project, string fileName, string by, CancellationToken cancellationToken) => PurgeAsync(
        project, history => history.Removed.Where(removed => IsSame(history.Unpack(removed).Name, fileName)),
        by, cancellationToken);

    /// <summary>
    /// Runs a purge. If the store is too full for the record to say so, the bytes go first: somebody wants them gone, and
    /// that makes room. Until the record is written, the files are shown, and damaged.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="isChosen">Whether a file, visible or deleted, is to be purged.</param>
    /// <param name="purge">Deletes the files, and purges them.</param>
    /// <exception cref="StoreFullException">There is still no room.</exception>
    public async Task PurgeEvenIfFullAsync(ProjectName project, Predicate<Distribution> isChosen, Func<Task> purge)
    {
        try
        {
            await purge();
            return;
        }
        catch (StoreFullException)
        {
            if (!await RemoveFirstAsync(project, isChosen))
                throw;
        }
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await purge();
                return;
            }
            catch (StoreFullException) when (attempt < MaxAttempts)
            {
                // Services count with a delay.
                await Task.Delay(_recount);
            }
        }
    }

    /// <summary>Removes the bytes of files that their record still names. Returns whether there were any.</summary>
    async Task<bool> RemoveFirstAsync(ProjectName project, Predicate<Distribution> isChosen)
    {
        if (await repository.Records.FindAsync(project, CancellationToken.None) is not { } record)
            return false;
        List<Distribution> files = await record.ReadAsync(
            history => history.Visible
                .Concat(history.Removed.Where(removed => removed.PurgedAt is null).Select(history.Unpack))
                .Where(file => isChosen(file)).Take(MaxTogether).ToList(),
            CancellationToken.None);
        var removed = false;
        foreach (var file in files)
        {
            if (!await RemoveAsync(file, CancellationToken.None))
                continue;
            removed = true;
            Log.PurgedFirst(logger, file.Location);
        }
        return removed;
    }

    /// <summary>Whether a name is that of a distribution, in whatever spelling.</summary>
    public static bool IsSame(DistributionFileName file, string name) =>
        file.FileName == name || (DistributionFileName.TryParse(name, out var asked)
            && FileIdentity.From(asked) == FileIdentity.From(file));

    async Task<ImmutableArray<string>> PurgeAsync(
        ProjectName project, Func<ProjectHistory, IEnumerable<RemovedFile>> choose, string by,
        CancellationToken cancellationToken)
    {
        var purged = ImmutableArray.CreateBuilder<string>();
        if (await repository.Records.FindAsync(project, cancellationToken) is not { } record)
            return [];
        for (List<Distribution> files; ; cancellationToken.ThrowIfCancellationRequested())
        {
            files = await record.ChangeAsync(history => Decide(history, choose, by));
            foreach (var file in files)
            {
                purged.Add(file.Name.FileName);
                if (await RemoveAsync(file, CancellationToken.None))
                    Log.Purged(logger, file.Location, by);
            }
            if (files.Count < MaxTogether)
                return purged.ToImmutable();
        }
    }

    Change<List<Distribution>> Decide(
        ProjectHistory history, Func<ProjectHistory, IEnumerable<RemovedFile>> choose, string by)
    {
        List<Distribution> files =
        [
            .. choose(history).Where(removed => removed.PurgedAt is null).Take(MaxTogether).Select(history.Unpack),
        ];
        var at = repository.Records.GetUtcNow();
        return new(files, [.. files.Select(file => Purged(history, file, at, by))]);
    }

    /// <summary>
    /// Removes the bytes of a file, unless somebody else has put others there. Returns false if there were none of it.
    /// </summary>
    async Task<bool> RemoveAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (await FindAsync(repository.Store, file, cancellationToken) is not FoundBytes.Intact)
            return false;
        await repository.Files.RemoveBytesAsync(StoredBytes.From(file));
        return true;
    }

    /// <summary>
    /// Looks for the bytes of a file. They are hashed if their time is another: a copy or a backup may have changed that.
    /// </summary>
    public static async Task<FoundBytes> FindAsync(
        IStore store, Distribution file, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(file.Location, cancellationToken) is not { } found)
            return FoundBytes.Missing;
        if (found.Length != file.Size)
            return FoundBytes.Changed;
        if (file.FileTime is null || file.FileTime == found.LastModified)
            return FoundBytes.Intact;
        await using var content = await store.OpenAsync(file.Location, cancellationToken);
        if (content is null)
            return FoundBytes.Missing;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return await Sha256Digest.HashDataAsync(stream, cancellationToken) == file.Sha256
            ? FoundBytes.Intact : FoundBytes.Changed;
    }
}
