using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PyRepo.Storage;

namespace PyRepo.Downloads;

/// <summary>
/// The logs of who downloaded what in one store. It is kept for the repository with the store if its spec asks for it,
/// and for the groups whose specs do and that the repository is a member of, because groups have no store.
/// </summary>
/// <remarks>
/// A request only calls <see cref="Record"/>, which waits for nothing. What it adds is written within
/// <see cref="MaxDelay"/>, so that a process that is killed loses no more.
/// </remarks>
sealed class DownloadLog(IStore store, string replica, TimeProvider clock, ILogger logger) : IDownloadLog
{
    /// <summary>How long a download waits in memory at most, while the store can be written.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    readonly DownloadQueue _queue = new(replica, clock);
    readonly ConcurrentDictionary<string, TimeSpan> _keptFor = new(StringComparer.Ordinal);
    readonly DownloadLogFiles _files = new(store, logger);
    readonly SemaphoreSlim _writing = new(1);
    readonly SemaphoreSlim _changing = new(1);
    long _writtenAt;
    long _filesWritten;
    long _filesMerged;

    /// <summary>Says why the store must not be used, or null if it may be.</summary>
    public Func<string?> Waiting { get; set; } = static () => null;

    /// <summary>The downloads since the process started that were not written, because the store took none.</summary>
    public long Lost => _queue.Lost;

    /// <summary>The files that this process has written.</summary>
    public long FilesWritten => Volatile.Read(ref _filesWritten);

    /// <summary>Adds a download.</summary>
    /// <param name="log">The repository whose spec asks for the log.</param>
    /// <param name="download">The download.</param>
    public void Record(LogOwner log, Download download)
    {
        Keep(log);
        _queue.Add(log, download);
    }

    /// <summary>Says for how long a log is kept, from now on and as far as it was kept longer.</summary>
    public void Keep(LogOwner log)
    {
        if (!_keptFor.TryGetValue(log.Name, out var known) || known != log.KeepFor)
            _keptFor[log.Name] = log.KeepFor;
    }

    /// <summary>Writes what is queued, if there is much of it or it has waited long enough.</summary>
    public Task WriteIfDueAsync(CancellationToken cancellationToken) =>
        _queue.Count >= DownloadQueue.BatchLength || clock.GetElapsedTime(Volatile.Read(ref _writtenAt)) >= MaxDelay
            ? WriteAsync(cancellationToken)
            : Task.CompletedTask;

    /// <summary>Writes what is queued.</summary>
    /// <exception cref="IOException">The store takes nothing. What was not written is still queued.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (Waiting() is not null)
                return;
            for (var left = _queue.Count; left > 0; left -= DownloadQueue.BatchLength)
            {
                _queue.TakeBatch();
                while (_queue.Next is { } file)
                {
                    await WriteAsync(file, cancellationToken);
                    _queue.RemoveNext();
                }
            }
            Volatile.Write(ref _writtenAt, clock.GetTimestamp());
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes what is queued, before the process ends. A failure is logged.</summary>
    public async Task FinishAsync()
    {
        try
        {
            await WriteAsync(CancellationToken.None);
            if (_queue.Count is > 0 and var left)
                Log.NotWritten(logger, left, $"The repository {Waiting()}.");
        }
        catch (Exception error)
        {
            Log.NotWritten(logger, _queue.Count, error.Message);
        }
    }

    /// <summary>Merges the files that this replica has written today and yesterday, if they are many.</summary>
    public Task MergeOwnAsync(CancellationToken cancellationToken) => ChangeAsync(
        async () =>
        {
            // To list them costs a request to a bucket.
            var written = FilesWritten;
            if (written - _filesMerged < DownloadMerge.FilesOfLevel)
                return;
            _filesMerged = written;
            var merge = new DownloadMerge(_files, replica);
            var now = clock.GetUtcNow().UtcDateTime;
            // Later, the one of several replicas that merges whole days has it.
            if (now.Hour == 0)
                await merge.MergeOwnAsync(DateOnly.FromDateTime(now).AddDays(-1), cancellationToken);
            await merge.MergeOwnAsync(DateOnly.FromDateTime(now), cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Merges the files of each day that is over, and removes what is older than it is kept for. One of several
    /// replicas does this.
    /// </summary>
    public Task MergeAsync(CancellationToken cancellationToken) => ChangeAsync(
        () => new DownloadMerge(_files, replica).RunAsync(
            clock.GetUtcNow(), log => _keptFor.TryGetValue(log, out var keepFor) ? keepFor : null, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>It reads the logs of all replicas.</remarks>
    public async Task<FoundDownloads?> FindAsync(DownloadQuery query, CancellationToken cancellationToken)
    {
        if (Waiting() is not null)
            return null;
        var rows = new DownloadRows(query) { IsComplete = await TryWriteAsync(cancellationToken) };
        await foreach (var (day, opened) in OpenAsync(query.Filter.Since, cancellationToken))
        {
            await using var files = opened;
            rows.IsComplete &= !files.IsDamaged;
            foreach (var file in files.Files)
                await AddAsync(rows, day, file, cancellationToken);
        }
        return rows.ToFound();
    }

    /// <summary>Returns the releases that were downloaded, once for each file of the log.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async IAsyncEnumerable<DownloadedRelease> ReadReleasesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (day, opened) in OpenAsync(DateTimeOffset.MinValue, cancellationToken))
        {
            await using var files = opened;
            foreach (var file in files.Files)
            {
                var oldest = DownloadLine.GetTime(GetOldest(day.Log, file.Index));
                foreach (var release in file.Index.Releases)
                {
                    if (string.CompareOrdinal(release.Latest, oldest) >= 0)
                        yield return release;
                }
            }
        }
    }

    /// <summary>Returns what changes whenever a file of the log does.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken)
    {
        var hash = new HashCode();
        await foreach (var (_, files) in _files.ListAsync(DateOnly.MinValue, DateOnly.MaxValue, cancellationToken))
        {
            foreach (var file in files)
                hash.Add(file);
        }
        return $"{hash.ToHashCode():x}";
    }

    /// <inheritdoc/>
    public async Task<long?> ForgetAsync(string caller, CancellationToken cancellationToken)
    {
        await WriteAsync(cancellationToken);
        long? erased = null;
        await ChangeAsync(
            async () => erased = await new DownloadErasure(_files, caller).RunAsync(cancellationToken),
            cancellationToken);
        if (erased is { } lines)
            Log.Forgotten(logger, lines);
        return erased;
    }

    /// <summary>Writes what is queued. Returns false if the store takes nothing: then it can be read all the same.</summary>
    async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    async Task AddAsync(DownloadRows rows, LogDay day, DownloadFile file, CancellationToken cancellationToken)
    {
        try
        {
            await rows.AddAsync(file, GetOldest(day.Log, file.Index), cancellationToken);
        }
        catch (InvalidDataException error)
        {
            _files.NoteDamage(file.Object.Key, error);
            rows.IsComplete = false;
        }
    }

    /// <summary>Opens the files of the logs of all days since a time.</summary>
    async IAsyncEnumerable<(LogDay Day, OpenedDay Opened)> OpenAsync(
        DateTimeOffset since,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = DateOnly.FromDateTime(since.UtcDateTime);
        var days = new List<(LogDay Day, List<StoredObject> Files)>();
        await foreach (var listed in _files.ListAsync(from, DateOnly.MaxValue, cancellationToken))
            days.Add(listed);
        foreach (var (day, listed) in days)
            yield return (day, await _files.OpenAsync(day, listed, cancellationToken));
    }

    DateTimeOffset GetOldest(string log, DownloadFileIndex index)
    {
        var written = TimeSpan.FromSeconds(index.KeepFor);
        var keepFor = _keptFor.TryGetValue(log, out var current) && current < written ? current : written;
        var now = clock.GetUtcNow();
        return keepFor < now - DateTimeOffset.MinValue ? now - keepFor : DateTimeOffset.MinValue;
    }

    async Task ChangeAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (Waiting() is null)
                await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    async Task WriteAsync(QueuedFile file, CancellationToken cancellationToken)
    {
        try
        {
            await _files.WriteAsync(
                file.Key, WriteCondition.Absent,
                file.Lines.Select(line => (ReadOnlyMemory<byte>)line).ToAsyncEnumerable(),
                new FileEnd(file.KeepFor, file.Lost, []), cancellationToken);
        }
        catch (PreconditionFailedException)
        {
            // The key is this file's alone: it was written, and the answer was lost.
        }
        Interlocked.Increment(ref _filesWritten);
    }
}
