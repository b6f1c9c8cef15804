using Microsoft.Extensions.Logging;
using PyRepo.Downloads;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Storage;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Backups;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;
using BackupLog = PyRepo.Server.Serving.Backups.Log;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Runs a repository with its own store until it is disposed. It waits for the store's lease, opens the data, and runs
/// the background work.
/// </summary>
abstract class RepositoryHost(
    RepositoryStore storage, string name, MemoryBudget budget, TimeProvider clock, ILogger logger)
    : IAsyncDisposable
{
    static readonly TimeSpan _folderRetry = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan _bucketRetry = TimeSpan.FromSeconds(2);

    /// <summary>Each attempt to restore reads all that the backup says of projects.</summary>
    static readonly TimeSpan _restoreRetry = TimeSpan.FromSeconds(30);
    static readonly TimeSpan _checkInterval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _formatInterval = TimeSpan.FromSeconds(30);
    static readonly TimeSpan _spaceInterval = TimeSpan.FromSeconds(10);
    static readonly TimeSpan _statisticsInterval = TimeSpan.FromMinutes(1);
    static readonly TimeSpan _mergeInterval = TimeSpan.FromHours(6);

    /// <summary>How soon it is noticed that many downloads wait to be written.</summary>
    static readonly TimeSpan _downloadsInterval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _ownFilesInterval = TimeSpan.FromMinutes(1);
    static readonly TimeSpan _logDaysInterval = TimeSpan.FromHours(1);

    /// <summary>How soon a changed source is noticed.</summary>
    static readonly TimeSpan _advisoriesTick = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _closing = new();
    Task _running = Task.CompletedTask;
    Task _renewing = Task.CompletedTask;
    StoreLease? _lease;
    bool _isReadBack;

    /// <summary>Whether what says whose the store is has gone since it was opened.</summary>
    volatile bool _isErased;
    bool _hasTriedToRestore;

    /// <summary>The resource's kind. A store belongs to one kind and name.</summary>
    public string Kind => storage.Owner.Kind;

    /// <summary>Where the data are.</summary>
    public RepositoryStore Storage => storage;

    /// <summary>The repository to serve. It returns Unavailable until it is open.</summary>
    public abstract IRepository Repository { get; }

    /// <summary>The records, which provide the totals.</summary>
    public abstract ProjectRecords Records { get; }

    /// <summary>The tokens of the repository's clients.</summary>
    public TokenStore Tokens => field ??= new(storage.Store, clock)
    {
        Waiting = () => Waiting,
        ConfirmWriteAsync = token => _lease?.ConfirmWriteAsync(token) ?? default,
    };

    /// <summary>Puts back what this process had acknowledged, and the store has lost.</summary>
    public LostWrites Lost => field ??= new(Records, logger);

    /// <summary>The downloads from the repository.</summary>
    public DownloadStatistics Statistics { get; } = new(storage.Store, storage.Replica, budget, clock, logger);

    /// <summary>The download log of this repository, and of the groups that it is a member of.</summary>
    public DownloadLog DownloadLog { get; } = new(storage.Store, storage.Replica, clock, logger);

    /// <summary>The known vulnerabilities of its projects.</summary>
    public RepositoryAdvisories Advisories { get; } = new(storage.Store, budget, clock, logger);

    /// <summary>The downloads of what advisories name.</summary>
    public CompromisedDownloads Compromised => field ??= new(DownloadLog, Advisories, name, clock, logger);

    /// <summary>The files in the folder that are not served, with the reason.</summary>
    public virtual IReadOnlyDictionary<string, string> Refused { get; } = new Dictionary<string, string>();

    /// <summary>Why the repository is not open, or null if it is open.</summary>
    public string? Waiting { get; private set; } = "is opening";

    /// <summary>The kind of reason why the repository is not open, or null if it is open.</summary>
    public UnavailableReason? WaitingReason { get; private set; } = UnavailableReason.Opening;

    /// <summary>The space of the volume that has the data, some seconds old; null if it has no limit.</summary>
    public StoreSpace? Space { get; private set; }

    /// <summary>The backups, if the spec asks for some.</summary>
    public RepositoryBackups Backups => field ??= new(storage, name, clock, logger);

    /// <summary>Fills the store before it is opened; null if it begins empty, or with what it has.</summary>
    public RepositoryRestore? Restore { get; private set; }

    /// <summary>The background work.</summary>
    public BackgroundLoops Loops { get; } = new(name, clock, logger);

    /// <summary>The error code of the bucket's service, if that is why the repository is not open.</summary>
    public string? StoreErrorCode { get; private set; }

    /// <summary>The store.</summary>
    protected IStore Store => storage.Store;

    /// <summary>
    /// Collects the files that may be damaged because the last process was killed or the machine lost power. Null if
    /// the last process ended in order.
    /// </summary>
    protected RecentFiles? Recent { get; private set; }

    /// <summary>Canceled when the host is disposed.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <summary>
    /// Releases the memory that reading all records left behind. The garbage collector would never release it, because
    /// an idle server allocates nothing that would trigger a collection.
    /// </summary>
    protected static void ReleaseMemory() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>
    /// Starts to open the repository. Completes after the first attempt, so that a folder that is not in use is open
    /// immediately.
    /// </summary>
    public async Task StartAsync()
    {
        Statistics.Waiting = DownloadLog.Waiting = () => Waiting;
        Store.Failures?.Noted = failure => Log.DiskFailed(logger, storage.Location, failure.Key, failure.Message);
        _running = RunAsync(!await IsToBeRestoredAsync() && await TryOpenAsync());
    }

    /// <summary>Whether the store is to be filled first, which may take hours, during which others are served.</summary>
    async Task<bool> IsToBeRestoredAsync()
    {
        try
        {
            return Restore is not null && !await Restore.IsDoneAsync(_closing.Token);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return true; // The attempt to open it says what is wrong.
        }
    }

    /// <summary>Fills the store from a backup when it is started, unless that was done.</summary>
    /// <param name="backups">Where the backups are.</param>
    /// <param name="spec">Which one.</param>
    public void RestoreFrom(RepositoryStore backups, RestoreSpec spec) =>
        Restore = new RepositoryRestore(storage, backups, spec, clock, logger);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _running;
        await FinishAsync();
        await Backups.DisposeAsync();
        Restore?.Dispose();
        await Statistics.FinishAsync();
        await DownloadLog.FinishAsync();
        Advisories.Dispose();
        await _renewing;
        // What was not verified yet is left to the next process.
        if (_lease is not null)
            await _lease.ReleaseAsync(inOrder: Recent is null);
        foreach (var used in storage.Resources)
            used.Dispose();
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what is still to be written.</summary>
    protected virtual Task FinishAsync() => Task.CompletedTask;

    /// <summary>Reads the data in the folder. Afterwards the repository is served.</summary>
    protected abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Stops serving the data until <see cref="Resume"/>, because the store is gone.</summary>
    /// <param name="reason">A sentence that says why.</param>
    protected virtual void Suspend(string reason)
    {
    }

    /// <summary>Serves the data again.</summary>
    protected virtual void Resume()
    {
    }

    /// <summary>Reads the advisories again, if it is time for that.</summary>
    protected virtual Task RefreshAdvisoriesAsync(CancellationToken cancellationToken) =>
        Advisories.RefreshIfDueAsync(cancellationToken);

    /// <summary>Whether the bytes of a file are there and right.</summary>
    protected abstract Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken);

    /// <summary>
    /// Verifies the recent files once, after all records were read and their files added to <see cref="Recent"/>.
    /// </summary>
    async Task VerifyRecentAsync(CancellationToken cancellationToken)
    {
        if (Recent is not { } recent)
            return;
        var (verified, damaged) = (0, 0);
        foreach (var file in recent.Files)
        {
            if (!await IsVisibleAsync(file, cancellationToken))
                continue;
            verified++;
            if (await VerifyAsync(file, cancellationToken))
                continue;
            damaged++;
            Log.Damaged(logger, file.Location, storage.Location);
        }
        Recent = null;
        Log.Verified(logger, storage.Location, verified, damaged);
    }

    async Task<bool> IsVisibleAsync(Distribution file, CancellationToken cancellationToken) =>
        Records.Find(file.Name.Project) is { } record && await record.ReadAsync(
            history => history.FindVisible(file.Name.FileName)?.Location == file.Location, cancellationToken);

    /// <summary>
    /// Runs the background work that needs no records until the host is disposed. It throws nothing.
    /// </summary>
    protected abstract Task RunBackgroundAsync(CancellationToken cancellationToken);

    /// <summary>Reads all records, and adds their files to <see cref="Recent"/>.</summary>
    protected abstract Task ReadRecordsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs the background work that needs all records to have been read until the host is disposed. It throws nothing.
    /// </summary>
    protected abstract Task RunWithRecordsAsync(CancellationToken cancellationToken);

    /// <summary>Whether this process does what only one of several does.</summary>
    protected bool IsLeader => _lease is { IsLeader: true };

    /// <summary>Repeats work that only one of several replicas does.</summary>
    protected Task RunAsLeaderAsync(
        string loop, Func<CancellationToken, Task> pass, Func<TimeSpan, TimeSpan> pause,
        CancellationToken cancellationToken) =>
        Loops.RunAsync(
            loop, token => IsLeader ? pass(token) : Task.CompletedTask, pause, cancellationToken);

    async Task RunAsync(bool isOpen)
    {
        // A volume that is being restored to may have to grow before it is open.
        var measuring = Store.Traits.IsLocal
            ? Loops.RunAsync("space", MeasureSpaceAsync, _spaceInterval, _closing.Token)
            : Task.CompletedTask;
        if (!isOpen)
            await UntilOpenAsync();
        // The background work delays no request: the records are already served.
        await Task.WhenAll(
            measuring, _closing.IsCancellationRequested ? Task.CompletedTask : RunOpenAsync());
    }

    async Task UntilOpenAsync()
    {
        for (var isOpen = false; !isOpen;)
        {
            var pause = Restore is { IsFinished: false } && _hasTriedToRestore ? _restoreRetry
                : Store.Traits.IsLocal ? _folderRetry : _bucketRetry;
            await Task.Delay(pause, clock, _closing.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_closing.IsCancellationRequested)
                return;
            isOpen = await TryOpenAsync();
        }
    }

    Task RunOpenAsync() => Task.WhenAll(
        Loops.RunAsync("storage", CheckPlaceAsync, _checkInterval, _closing.Token),
        Loops.RunAsync("format", CheckFormatAsync, _formatInterval, _closing.Token),
        Store is BucketStore bucket
            ? Loops.RunAsync("lost writes", token => PutBackLostAsync(bucket, token), TimeSpan.Zero, _closing.Token)
            : Task.CompletedTask,
        Store is BucketStore ruled
            ? Loops.RunOnceAsync("lifecycle", token => WarnOfExpirationsAsync(ruled, token), _closing.Token)
            : Task.CompletedTask,
        Loops.RunAsync("statistics", Statistics.WriteAsync, _statisticsInterval, _closing.Token),
        RunAsLeaderAsync("merging", Statistics.MergeAsync, _ => _mergeInterval, _closing.Token),
        Loops.RunAsync("downloads", DownloadLog.WriteIfDueAsync, _downloadsInterval, _closing.Token),
        Loops.RunAsync("download files", DownloadLog.MergeOwnAsync, _ownFilesInterval, _closing.Token),
        RunAsLeaderAsync("download days", DownloadLog.MergeAsync, _ => _logDaysInterval, _closing.Token),
        Loops.RunAsync("advisories", RefreshAdvisoriesAsync, _advisoriesTick, _closing.Token),
        Loops.RunAsync("backups", Backups.RunIfDueAsync, _checkInterval, _closing.Token),
        Loops.RunAsync("compromised", Compromised.CheckAsync, _checkInterval, _closing.Token),
        RunBackgroundAsync(_closing.Token),
        ReadRecordsAndContinueAsync(_closing.Token));

    async Task ReadRecordsAndContinueAsync(CancellationToken cancellationToken)
    {
        await Loops.RunOnceAsync("records", ReadRecordsAsync, cancellationToken);
        await Task.WhenAll(
            Loops.RunOnceAsync("verification", VerifyRecentAsync, cancellationToken),
            RunWithRecordsAsync(cancellationToken));
    }

    /// <summary>Writes nothing more to a store that has what this server does not know of.</summary>
    void RefuseWritesFor(IReadOnlyList<string> unknown)
    {
        if (unknown.Count == 0)
            return;
        var features = string.Join(", ", unknown.Select(feature => $"'{feature}'"));
        var reason =
            $"The repository is read-only: it has {features}, which this server does not know. Use a newer server.";
        if (Store.ReadOnlyReason == reason)
            return;
        Store.ReadOnlyReason = reason;
        Log.ReadOnly(logger, storage.Location, features);
    }

    async Task MeasureSpaceAsync(CancellationToken cancellationToken)
    {
        Space = await Store.GetSpaceAsync(cancellationToken);
        UseSpace(Space);
    }

    /// <summary>Adapts to the volume, which may have grown.</summary>
    protected virtual void UseSpace(StoreSpace? space)
    {
    }

    /// <summary>
    /// Looks whether the store still says whose it is, whether a newer server has written what this one does not know of,
    /// and whether another replica found that the bucket's service does not keep its word. A proxy fetches again what was
    /// removed.
    /// </summary>
    async Task CheckFormatAsync(CancellationToken cancellationToken)
    {
        var (format, _) = await StoreFormatFile.ReadAsync(Store, cancellationToken);
        _isErased = format is null && storage.HasOriginals && _lease is { IsInPlace: true };
        if (format is not null)
            RefuseWritesFor(StoreFeature.UnknownIn(format));
        if (Store is BucketStore bucket)
            await bucket.AdoptConditionFaultAsync(cancellationToken);
    }

    /// <summary>
    /// Puts back what was lost. Then nothing more is written: what is acknowledged might be lost again, and not be noticed.
    /// </summary>
    async Task PutBackLostAsync(BucketStore bucket, CancellationToken cancellationToken)
    {
        var what = await Lost.WaitAsync(cancellationToken);
        // This process may have stopped writing after the first loss, and another replica's change came after that.
        bucket.AllowRepair();
        try
        {
            await Lost.PutBackAsync(cancellationToken);
        }
        finally
        {
            // Also if one cannot be put back now: it is proof all the same.
            await bucket.RecordLostWriteAsync(what, CancellationToken.None);
            Log.ConditionsForsaken(logger, storage.Location);
        }
    }

    /// <summary>
    /// Checks whether the store is still the one that was opened. Otherwise, another process may have opened the one in
    /// its place, so the data is not served until the store is back.
    /// </summary>
    async Task CheckPlaceAsync(CancellationToken cancellationToken)
    {
        if (_isErased && _lease!.IsInPlace)
            _isErased = (await StoreFormatFile.ReadAsync(Store, cancellationToken)).Format is null;
        var isServed = Waiting is null;
        var isInPlace = _lease!.IsInPlace && !_isErased;
        if (isInPlace == isServed)
            return;
        if (isInPlace)
        {
            Resume();
            (Waiting, WaitingReason) = (null, null);
            Log.StoreBack(logger, storage.Location);
            return;
        }
        var (reason, advice) = _lease.IsInPlace
            ? ($"The repository's {StorageLayout.Format} is gone: its data were removed.",
                $"its {StorageLayout.Format} is gone from '{storage.Location}', as after a lifecycle rule of the "
                    + "bucket, or a person, removed all of its data; put them back, or restore a backup")
            : Store.Traits.IsLocal
            ? ("The folder with the repository's data was removed, unmounted or replaced.",
                $"'{storage.Location}' was removed, unmounted or replaced; put it back, or restart the server to use "
                    + "what is there now")
            : (_lease.WhyLost!,
                $"{_lease.WhyLost} If that was not done on purpose, restore a backup first; then restart the server, "
                    + $"which uses what is there (replica '{storage.Replica}')");
        Suspend(reason);
        Wait(
            UnavailableReason.StoreUnusable, $"can't be used: {advice}",
            () => Log.StoreGone(logger, storage.Location, reason));
    }

    async Task<bool> TryOpenAsync()
    {
        try
        {
            if (_lease is null && !await TryRestoreAsync(_closing.Token))
                return false;
            if (_lease is null && !await TryAcquireLeaseAsync(_closing.Token))
                return false;
            await RestoreMark.RequireFinishedAsync(Store, _closing.Token);
            RefuseWritesFor(await storage.ClaimAsync(_closing.Token));
            _lease!.IsUsed = true;
            // What is shown from now on must include what others write.
            await _lease!.ConfirmAsync(_closing.Token);
            if (Recent is not null && !_isReadBack)
                await storage.ReadBackRecordsAsync(_closing.Token);
            _isReadBack = true;
            await OpenAsync(_closing.Token);
            (Waiting, WaitingReason, StoreErrorCode) = (null, null, null);
            Log.Opened(logger, storage.Location, Records.Count);
            return true;
        }
        catch (Exception error) when (!_closing.IsCancellationRequested)
        {
            StoreErrorCode = (error as BucketException)?.Code;
            var code = StoreErrorCode is null ? "" : $"{StoreErrorCode}: ";
            Wait(UnavailableReason.StoreUnusable, $"can't be opened: {code}{error.Message}",
                () => Log.NotOpened(logger, storage.Location, $"{code}{error.Message}"));
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // The host is being disposed.
        }
    }

    /// <summary>Fills the store, unless that was done. Returns false if another process has it.</summary>
    async Task<bool> TryRestoreAsync(CancellationToken cancellationToken)
    {
        if (Restore is null)
            return true;
        if (!await Restore.IsDoneAsync(cancellationToken))
        {
            Wait(UnavailableReason.Restoring, "is being restored from a backup",
                () => BackupLog.Restoring(logger, storage.Location, Restore.Location));
        }
        _hasTriedToRestore = true;
        // An old backup is no substitute for data that somebody may still find.
        await storage.RequireClaimedDataAsync(cancellationToken);
        if (await Restore.RunAsync(cancellationToken) is not { } user)
            return true;
        Wait(UnavailableReason.StoreInUse, $"waits: '{storage.Location}' is in use by {user}",
            () => Log.InUse(logger, storage.Location, user));
        return false;
    }

    async Task<bool> TryAcquireLeaseAsync(CancellationToken cancellationToken)
    {
        var attempt = await storage.TryAcquireLeaseAsync(cancellationToken);
        if (attempt.Lease is not { } lease)
        {
            StoreErrorCode = null;
            Wait(UnavailableReason.StoreInUse, $"waits: '{storage.Location}' is in use by {attempt.Holder}",
                () => Log.InUse(logger, storage.Location, attempt.Holder ?? "another process"));
            return false;
        }
        _lease = Records.Lease = lease;
        if (lease.RenewalInterval is { } interval)
        {
            _renewing = Loops.RunAsync(
                "lease", token => RenewAsync(lease, token), _ => lease.RenewalInterval ?? interval, _closing.Token);
        }
        Recent ??= lease.WasReleased ? null : new RecentFiles(clock.GetUtcNow());
        if (Store.Traits.IsLocal)
            await Store.RemoveLeftoversAsync(clock.GetUtcNow(), cancellationToken);
        return true;
    }

    Task RenewAsync(StoreLease lease, CancellationToken cancellationToken)
    {
        lease.HasRecords |= storage.HasOriginals && Records.Count > 0;
        return lease.RenewAsync(cancellationToken);
    }

    async Task WarnOfExpirationsAsync(BucketStore bucket, CancellationToken cancellationToken)
    {
        var rules = await bucket.FindExpirationsAsync(cancellationToken);
        if (rules is null)
            Log.LifecycleUnseen(logger, storage.Location);
        foreach (var rule in rules ?? [])
            Log.Expires(logger, storage.Location, rule);
    }

    void Wait(UnavailableReason reason, string why, Action log)
    {
        if (Waiting == why)
            return;
        (Waiting, WaitingReason) = (why, reason);
        log();
    }
}
