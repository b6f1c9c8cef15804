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

    /// <summary>The downloads of one batch. A full batch is written without waiting.</summary>
    const int BatchLength = 8192;

    readonly ConcurrentQueue<WaitingDownload> _waiting = new();
    readonly ConcurrentDictionary<string, TimeSpan> _keptFor = new(StringComparer.Ordinal);
    readonly DownloadLogFiles _files = new(store, logger);
    readonly List<PendingFile> _pending = [];
    readonly SemaphoreSlim _writing = new(1);
    readonly SemaphoreSlim _changing = new(1);
    int _count;
    long _lost;
    long _lostEver;
    long _writtenAt;
    long _filesWritten;
    long _filesMerged;

    /// <summary>Says why the store must not be used, or null if it may be.</summary>
    public Func<string?> Waiting { get; set; } = static () => null;

    /// <summary>The downloads since the process started that were not written, because the store took none.</summary>
    public long Lost => Volatile.Read(ref _lostEver);

    /// <summary>The files that this process has written.</summary>
    public long FilesWritten => Volatile.Read(ref _filesWritten);

    /// <summary>Adds a download.</summary>
    /// <param name="log">The repository whose spec asks for the log.</param>
    /// <param name="download">The download.</param>
    public void Record(LogOwner log, Download download)
    {
        Keep(log);
        if (Interlocked.Increment(ref _count) > DownloadLimits.MaxWaiting)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Increment(ref _lost);
            Interlocked.Increment(ref _lostEver);
            return;
        }
        _waiting.Enqueue(new(log, clock.GetUtcNow(), download));
    }

    /// <summary>Says for how long a log is kept, from now on and as far as it was kept longer.</summary>
    public void Keep(LogOwner log)
    {
        if (!_keptFor.TryGetValue(log.Name, out var known) || known != log.KeepFor)
            _keptFor[log.Name] = log.KeepFor;
    }

    /// <summary>Writes what waits, if there is much of it or it has waited long enough.</summary>
    public Task WriteIfDueAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _count) >= BatchLength || clock.GetElapsedTime(Volatile.Read(ref _writtenAt)) >= MaxDelay
            ? WriteAsync(cancellationToken)
            : Task.CompletedTask;

    /// <summary>Writes what waits.</summary>
    /// <exception cref="IOException">The store takes nothing. What was not written still waits.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (Waiting() is not null)
                return;
            for (var left = Volatile.Read(ref _count); left > 0; left -= BatchLength)
            {
                Take();
                while (_pending.Count > 0)
                {
                    await WriteAsync(_pending[0], cancellationToken);
                    Interlocked.Add(ref _count, -_pending[0].Lines.Count);
                    _pending.RemoveAt(0);
                }
            }
            Volatile.Write(ref _writtenAt, clock.GetTimestamp());
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes what waits, before the process ends. A failure is logged.</summary>
    public async Task FinishAsync()
    {
        try
        {
            await WriteAsync(CancellationToken.None);
            if (Volatile.Read(ref _count) is > 0 and var left)
                Log.NotWritten(logger, left, $"The repository {Waiting()}.");
        }
        catch (Exception error)
        {
            Log.NotWritten(logger, Volatile.Read(ref _count), error.Message);
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
        await foreach (var (day, opened) in OpenAsync(query.Since, cancellationToken))
        {
            await using var files = opened;
            rows.IsComplete &= !files.IsDamaged;
            foreach (var file in files.Files)
                await AddAsync(rows, day, file, cancellationToken);
        }
        return rows.ToAnswer();
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

    /// <summary>Writes what waits. Returns false if the store takes nothing: then it can be read all the same.</summary>
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

    /// <summary>Makes files of what waits: one for each log and day.</summary>
    void Take()
    {
        var taken = new List<WaitingDownload>();
        while (taken.Count < BatchLength && _waiting.TryDequeue(out var download))
            taken.Add(download);
        foreach (var each in taken.GroupBy(waiting => (waiting.Day, waiting.Log.KeepFor)))
        {
            var lines = each.Select(waiting => DownloadLine.From(waiting.Download, waiting.Time).ToBytes()).ToList();
            lines.Sort(static (x, y) => x.AsSpan().SequenceCompareTo(y));
            var key = DownloadLogLayout.GetKey(each.Key.Day, replica, level: 0);
            _pending.Add(new(key, each.Key.KeepFor, Interlocked.Exchange(ref _lost, 0), lines));
        }
    }

    async Task WriteAsync(PendingFile pending, CancellationToken cancellationToken)
    {
        try
        {
            await _files.WriteAsync(
                pending.Key, WriteCondition.Absent,
                pending.Lines.Select(line => (ReadOnlyMemory<byte>)line).ToAsyncEnumerable(),
                new FileEnd(pending.KeepFor, pending.Lost, []), cancellationToken);
        }
        catch (PreconditionFailedException)
        {
            // The key is this file's alone: it was written, and the answer was lost.
        }
        Interlocked.Increment(ref _filesWritten);
    }

    /// <summary>A download that is not in a file yet.</summary>
    readonly record struct WaitingDownload(LogOwner Log, DateTimeOffset Time, Download Download)
    {
        public LogDay Day => new(Log.Name, DateOnly.FromDateTime(Time.UtcDateTime));
    }

    /// <summary>Lines that are to be one file. The key stays the same until it is written.</summary>
    sealed record PendingFile(string Key, TimeSpan KeepFor, long Lost, List<byte[]> Lines);
}
