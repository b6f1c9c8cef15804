using Microsoft.Extensions.Logging;
using PyRepo.Resources.Storage;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Fills an empty store from a backup, once.</summary>
/// <remarks>
/// A mark in the store names the backup before anything else is written, and says at last that all of it is there. So a
/// restoration that was interrupted goes on with the same backup, one that was completed is never repeated, and a store
/// that has something else is left alone.
/// </remarks>
/// <param name="target">The store.</param>
/// <param name="backups">The bucket of the backups.</param>
/// <param name="spec">Which backup: see <see cref="BackupCatalog.FindAsync"/>.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Receives the outcome.</param>
sealed class RepositoryRestore(
    RepositoryStore target, RepositoryStore backups, RestoreSpec spec, TimeProvider clock, ILogger logger)
    : ICopyProgress, IDisposable
{
    const int MaxConcurrentFiles = 8;

    /// <summary>So many missing files are named in the log.</summary>
    const int MaxLogged = 100;

    /// <summary>Where content is that a repository may have.</summary>
    static readonly string[] _contentFolders =
    [
        StorageLayout.Projects, StorageLayout.Packages, StorageLayout.UpstreamFolder, StorageLayout.Tokens,
        StorageLayout.StatisticsFolder, Downloads.DownloadLogLayout.Folder,
    ];

    readonly IStore _store = target.Store;
    readonly BackupCatalog _catalog = new(backups.Store);
    int _done;

    /// <summary>The backup that is restored, or was; null if that is not known yet.</summary>
    public RestoreMark? Mark { get; private set; }

    /// <summary>Whether it does as a spec asks.</summary>
    public bool IsFrom(RestoreSpec? other) => spec == other;

    /// <summary>Whether all is there.</summary>
    public bool IsFinished => Mark is { Finished: not null };

    /// <summary>Where the backups are.</summary>
    public string Location => backups.Location;

    /// <summary>The files to restore; 0 if that is not known yet.</summary>
    public int Total { get; private set; }

    /// <summary>The files that are restored.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Passes the bucket of the backups the keys of a later configuration.</summary>
    public void UseKeys(ServerConfiguration configuration)
    {
        if (Mark is { Finished: not null })
            return;
        try
        {
            backups.UseKeys(configuration);
        }
        catch (BucketException)
        {
            // The next attempt says what is wrong with them.
        }
    }

    /// <summary>Whether nothing is left to do.</summary>
    public async Task<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        Mark = (await RestoreMark.FindAsync(_store, cancellationToken)).Mark;
        return Mark is { Finished: not null };
    }

    /// <summary>
    /// Restores the backup, unless that is done. Returns who uses the store, or null if nobody did, and all is there.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The store has something else, there is no such backup, or what it has is damaged.
    /// </exception>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        await _store.PrepareAsync(cancellationToken);
        if (await IsDoneAsync(cancellationToken))
            return null;
        await using var hold = await StoreHold.TakeAloneAsync(target, cancellationToken);
        if (hold.User is { } user)
            return user;
        // Another replica may have done it.
        if (await IsDoneAsync(cancellationToken))
            return null;
        if (Mark is null)
            await RequireEmptyAsync(cancellationToken);
        if (_store.Traits.IsLocal)
            await _store.RemoveLeftoversAsync(clock.GetUtcNow(), cancellationToken);
        var summary = await FindBackupAsync(Mark?.Backup ?? spec.Backup, cancellationToken);
        Mark ??= await RestoreMark.BeginAsync(
            _store, new RestoreMark(summary.Name, backups.Location, clock.GetUtcNow(), null, 0), cancellationToken);
        var index = await BackupIndex.ReadAsync(_catalog.ReadEntriesAsync(summary, cancellationToken));
        var source = new BackedUpStore(backups.Store, index);
        await RequireSameKindAsync(source, cancellationToken);
        var outcome = await new RepositoryCopy(source, _store, this)
        {
            ConfirmAsync = hold.ConfirmAsync,
            MaxConcurrentFiles = MaxConcurrentFiles,
            RequiresAll = true,
        }.RunAsync(target.Owner, target.TakesOver, cancellationToken);
        await hold.ConfirmAsync(cancellationToken);
        Mark = await Mark.FinishAsync(_store, clock.GetUtcNow(), outcome.Problems.Length, cancellationToken);
        foreach (var problem in outcome.Problems.Take(MaxLogged))
            Log.NotRestored(logger, target.Location, problem);
        Log.Restored(logger, target.Location, summary.Name, Total, outcome.Problems.Length);
        return null;
    }

    /// <summary>Says how far it is, to the percent: the operator writes it down.</summary>
    public string Describe() => (Mark, Total) switch
    {
        (null, _) => $"is being restored from a backup in {Location}",
        ({ Backup: var backup }, 0) => $"is being restored from the backup {backup}",
        ({ Backup: var backup }, var total) =>
            $"is being restored from the backup {backup}: {100L * Done / total}% of {total} files",
    };

    /// <inheritdoc/>
    public void Dispose() => backups.Dispose();

    void ICopyProgress.Start(CopyPlan plan) => (Total, _done) = (plan.Files, 0);

    void ICopyProgress.Read(long bytes)
    {
    }

    void ICopyProgress.Finish(string fileName, long size) => Interlocked.Increment(ref _done);

    async Task<BackupSummary> FindBackupAsync(string wanted, CancellationToken cancellationToken)
    {
        if (await _catalog.FindAsync(wanted, cancellationToken) is { } summary)
            return summary;
        var names = await _catalog.ListAsync(cancellationToken);
        throw new InvalidDataException(names.IsEmpty
            ? $"there is no backup in {backups.Location}"
            : $"there is no backup '{wanted}' in {backups.Location}; the newest is {names[^1]}, the oldest {names[0]}");
    }

    async Task RequireEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in _contentFolders)
        {
            await foreach (var found in _store.ListAsync(folder, null, static _ => { }, cancellationToken))
            {
                throw new InvalidDataException(
                    $"a backup is restored only to an empty store, but this one has '{found.Key}'; remove "
                    + "spec.storage.restoreFrom to serve what is there, or restore to another volume, bucket or "
                    + "prefix");
            }
        }
    }

    async Task RequireSameKindAsync(BackedUpStore source, CancellationToken cancellationToken)
    {
        var (format, _) = await StoreFormatFile.ReadAsync(source, cancellationToken);
        if (format?.Kind != target.Owner.Kind)
        {
            throw new InvalidDataException(
                $"the backup is of a {format?.Kind ?? "store without a format"}, but this is a {target.Owner.Kind}");
        }
    }
}
