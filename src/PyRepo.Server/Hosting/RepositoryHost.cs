using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Background;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Hosting;

/// <summary>
/// Runs a repository with its own folder until it is disposed. It waits for the folder's lock, opens the data, and runs
/// the background work.
/// </summary>
abstract class RepositoryHost(string kind, string folder, string name, TimeProvider clock, ILogger logger)
    : IAsyncDisposable
{
    static readonly TimeSpan _lockRetry = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan _folderInterval = TimeSpan.FromSeconds(1);
    readonly CancellationTokenSource _closing = new();
    Task _running = Task.CompletedTask;
    DirectoryLock? _lock;

    /// <summary>The resource's kind. A folder belongs to one kind and name.</summary>
    public string Kind => kind;

    /// <summary>The repository to serve. It returns Unavailable until it is open.</summary>
    public abstract IRepository Repository { get; }

    /// <summary>The records, which provide the totals.</summary>
    public abstract ProjectRecords Records { get; }

    /// <summary>The files in the folder that are not served, with the reason.</summary>
    public virtual IReadOnlyDictionary<string, string> Refused { get; } = new Dictionary<string, string>();

    /// <summary>Why the repository is not open, or null if it is open.</summary>
    public string? Waiting { get; private set; } = "is opening";

    /// <summary>The kind of reason why the repository is not open, or null if it is open.</summary>
    public UnavailableReason? WaitingReason { get; private set; } = UnavailableReason.Opening;

    /// <summary>The background work.</summary>
    public BackgroundLoops Loops { get; } = new(name, clock, logger);

    /// <summary>The store in the folder.</summary>
    protected DirectoryStore Store { get; } = new(folder);

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
    public async Task StartAsync() => _running = RunAsync(await TryOpenAsync());

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _running;
        await FinishAsync();
        // What was not verified yet is left to the next process.
        _lock?.Release(inOrder: Recent is null);
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what is still to be written.</summary>
    protected virtual Task FinishAsync() => Task.CompletedTask;

    /// <summary>Reads the data in the folder. Afterwards the repository is served.</summary>
    protected abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Stops serving the data until <see cref="Resume"/>, because the folder is gone.</summary>
    protected virtual void Suspend()
    {
    }

    /// <summary>Serves the data again.</summary>
    protected virtual void Resume()
    {
    }

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
            Log.Damaged(logger, file.Location, folder);
        }
        Recent = null;
        Log.Verified(logger, folder, verified, damaged);
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

    async Task RunAsync(bool isOpen)
    {
        while (!isOpen)
        {
            await Task.Delay(_lockRetry, clock, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_closing.IsCancellationRequested)
                return;
            isOpen = await TryOpenAsync();
        }
        // The background work delays no request: the records are already served.
        await Task.WhenAll(
            Loops.RunAsync("folder", CheckFolderAsync, _folderInterval, _closing.Token),
            RunBackgroundAsync(_closing.Token),
            ReadRecordsAndContinueAsync(_closing.Token));
    }

    async Task ReadRecordsAndContinueAsync(CancellationToken cancellationToken)
    {
        await Loops.RunOnceAsync("records", ReadRecordsAsync, cancellationToken);
        await Task.WhenAll(
            Loops.RunOnceAsync("verification", VerifyRecentAsync, cancellationToken),
            RunWithRecordsAsync(cancellationToken));
    }

    /// <summary>
    /// Checks whether the folder is still the one that was opened. Otherwise, another process may have opened the one
    /// in its place, so the data is not served until the folder is back.
    /// </summary>
    Task CheckFolderAsync(CancellationToken cancellationToken)
    {
        var isServed = Waiting is null;
        if (_lock!.IsInPlace == isServed)
            return Task.CompletedTask;
        if (!isServed)
        {
            Resume();
            (Waiting, WaitingReason) = (null, null);
            Log.FolderBack(logger, folder);
            return Task.CompletedTask;
        }
        Suspend();
        Wait(UnavailableReason.StoreUnusable,
            $"can't be used: '{folder}' was removed, unmounted or replaced; put it back, or restart the server to use "
            + "what is there now", () => Log.FolderGone(logger, folder));
        return Task.CompletedTask;
    }

    async Task<bool> TryOpenAsync()
    {
        try
        {
            _lock ??= DirectoryLock.TryTake(folder);
            if (_lock is null)
            {
                var holder = DirectoryLock.HolderOf(folder);
                Wait(UnavailableReason.StoreInUse, $"waits: '{folder}' is in use by the process {holder}",
                    () => Log.Locked(logger, folder, holder ?? 0));
                return false;
            }
            Recent ??= _lock.WasReleased ? null : new RecentFiles(clock.GetUtcNow());
            Store.Lock = _lock;
            Store.RemoveLeftovers();
            await CheckFormatAsync(_closing.Token);
            await OpenAsync(_closing.Token);
            (Waiting, WaitingReason) = (null, null);
            Log.Opened(logger, folder, Records.Names.Names.Length);
            return true;
        }
        catch (Exception error) when (!_closing.IsCancellationRequested)
        {
            Wait(UnavailableReason.StoreUnusable, $"can't be opened: {error.Message}",
                () => Log.NotOpened(logger, folder, error.Message));
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // The host is being disposed.
        }
    }

    void Wait(UnavailableReason reason, string why, Action log)
    {
        if (Waiting == why)
            return;
        (Waiting, WaitingReason) = (why, reason);
        log();
    }

    async Task CheckFormatAsync(CancellationToken cancellationToken)
    {
        await using (var content = await Store.OpenAsync(StorageLayout.Format, cancellationToken))
        {
            if (content is not null)
            {
                CheckFormat(await ReadFormatAsync(content, cancellationToken));
                return;
            }
        }
        var format = new StoreFormat(StorageLayout.Version, kind, null, name);
        await using var staged = await Store.StageAsync(null, cancellationToken);
        await staged.AppendAsync(
            JsonSerializer.SerializeToUtf8Bytes(format, RecordJson.Default.StoreFormat), cancellationToken);
        await Store.CommitAsync(staged, StorageLayout.Format, WriteCondition.Absent, cancellationToken);
    }

    static async Task<StoreFormat> ReadFormatAsync(StoredContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, RecordJson.Default.StoreFormat, cancellationToken)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its {StorageLayout.Format} is damaged: {error.Message}", error);
        }
    }

    void CheckFormat(StoreFormat found)
    {
        if (found.Version > StorageLayout.Version)
        {
            throw new InvalidDataException(
                $"its layout is version {found.Version}, but this server supports only version "
                + $"{StorageLayout.Version}; use a newer server");
        }
        if (found.Kind != kind)
            throw new InvalidDataException($"it belongs to the {found.Kind} '{found.Name}', but this is a {kind}");
    }
}
