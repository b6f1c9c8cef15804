using Microsoft.Win32.SafeHandles;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// The download of one file, shared by all clients that request the file in the meantime. They read the bytes that have
/// arrived from the staged file, and wait for the rest. The last byte is withheld until the digest has been verified,
/// so that no wrong file ever completes.
/// </summary>
/// <remarks>
/// Without room for it, the rest is passed on: it stays in memory until all who wait have read it, and nobody joins.
/// </remarks>
sealed class SharedDownload
{
    /// <summary>Files up to this many bytes are verified before their first byte is sent.</summary>
    public const int MaxVerifiedFirst = 1 << 20;

    /// <summary>The bytes in memory of a large file that is passed on.</summary>
    const int WindowLength = 256 * 1024;

    readonly DownloadSource _source;
    readonly StagedObject? _staged;
    readonly DownloadSpace.Claim? _claim;
    readonly TaskCompletionSource<Sha256Digest> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _passing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _lock = new();
    readonly List<DownloadReader> _readers = [];
    TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile PassingWindow? _window;
    bool _isClosed;

    /// <param name="source">Where the bytes come from.</param>
    /// <param name="staged">
    /// Receives the bytes, or null to pass them on; disposed when they are no longer read.
    /// </param>
    /// <param name="claim">The space for the staged bytes; disposed with them.</param>
    public SharedDownload(DownloadSource source, StagedObject? staged, DownloadSpace.Claim? claim)
    {
        (_source, _staged, _claim) = (source, staged, claim);
        First = new DownloadReader(this);
        _readers.Add(First);
        if (staged is null)
            PassOn();
        // If no caller awaits a failure, the code that started the download logs it.
        _ = _outcome.Task.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    /// <summary>Makes the failure from what happened.</summary>
    public Func<string, UpstreamUnavailableException> Failure { get; init; } = static message => new(message);

    /// <summary>
    /// Looks at the file when all of it is there with the right digest, before its last byte may be read. It throws to
    /// break off.
    /// </summary>
    public Func<SharedDownload, Task>? Inspect { get; init; }

    /// <summary>The expected number of bytes. It is known by the time the outcome is.</summary>
    public long? Length => _source.Length;

    /// <summary>The caller that started the download.</summary>
    public DownloadReader First { get; }

    /// <summary>
    /// Completes with the SHA-256 of the whole file once it is verified, and fails if the file is wrong or incomplete.
    /// </summary>
    public Task<Sha256Digest> Outcome => _outcome.Task;

    /// <summary>Completes when the file has been cached, or will not be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Completes when there is no room for the file, so that its bytes are passed on.</summary>
    public Task Passing => _passing.Task;

    /// <summary>The staged bytes, to be cached if the outcome is successful; null if not all of them are.</summary>
    public StagedObject? Staged => _window is null ? _staged : null;

    /// <summary>The file with the bytes that were staged, or null if none are.</summary>
    public SafeFileHandle? LocalFile => _staged?.LocalFile;

    /// <inheritdoc cref="StagedObject.NoteReadFailure"/>
    public void NoteReadFailure(IOException error) => _staged?.NoteReadFailure(error);

    /// <summary>The number of bytes in <see cref="LocalFile"/>. Those after them are only passed on.</summary>
    public long LocalLength => _staged?.Length ?? 0;

    /// <summary>Adds a reader. Returns null if it would not get all of the bytes.</summary>
    public DownloadReader? TryJoin()
    {
        lock (_lock)
        {
            if (_isClosed || _window is not null || _outcome.Task.IsFaulted)
                return null;
            var reader = new DownloadReader(this);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Removes a reader. After the last one, the bytes are deleted unless they were cached.</summary>
    public async ValueTask LeaveAsync(DownloadReader reader)
    {
        bool isLast;
        lock (_lock)
        {
            if (!_readers.Remove(reader))
                return;
            isLast = _readers.Count == 0;
        }
        if (isLast)
            _left.TrySetResult();
        Moved();
        if (isLast && _window is not null)
            await _source.AbandonAsync();
        await DiscardAsync();
    }

    /// <summary>
    /// Waits until nobody reads what was passed on any more, which is in memory until then. Nobody can join it.
    /// </summary>
    public Task WaitForReadersAsync() => Passing.IsCompleted && HasReaders ? _left.Task : Task.CompletedTask;

    /// <summary>Ends the download. Readers may still read what has arrived.</summary>
    public async ValueTask CloseAsync()
    {
        lock (_lock)
            _isClosed = true;
        _settled.TrySetResult();
        await DiscardAsync();
    }

    /// <summary>Called when the bytes count to the cache, and no longer to the running downloads.</summary>
    public void ReleaseSpace() => _claim?.Dispose();

    /// <summary>Downloads the whole file. This runs once, regardless of the number of waiting clients.</summary>
    /// <param name="timeout">How long upstream may be silent.</param>
    /// <param name="cancellationToken">Stops the download when the server stops.</param>
    public async Task RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var sha256 = await _source.ReadAsync(AppendAsync, () => HasReaders, timeout, cancellationToken);
            if (Inspect is { } inspect)
                await inspect(this);
            _outcome.SetResult(sha256);
        }
        catch (UpstreamUnavailableException error) when (error.IsRejection)
        {
            _outcome.SetException(error); // It is no failure of upstream's.
        }
        catch (Exception error)
        {
            _outcome.SetException(Failure(error is UpstreamUnavailableException
                ? error.Message : $"The file could not be fetched: {error.GetBaseException().Message}"));
        }
        finally
        {
            Signal();
        }
    }

    /// <summary>Reads bytes that have arrived, and waits if there are none yet.</summary>
    /// <returns>0 at the end.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var left = await WaitAsync(offset, cancellationToken) - offset;
        return left > 0 ? Read(buffer.Span[..(int)Math.Min(buffer.Length, left)], offset) : 0;
    }

    /// <summary>
    /// Waits until bytes from an offset on have arrived. The last byte waits until the file is verified.
    /// </summary>
    /// <returns>The offset after the last byte that may be read.</returns>
    public async ValueTask<long> WaitAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            var progress = Volatile.Read(ref _progress);
            var done = _outcome.Task.IsCompleted;
            if (done)
                await _outcome.Task;
            var arrived = Arrived;
            var readable = done ? arrived : Math.Min(arrived, (Length ?? long.MaxValue) - 1);
            if (done || offset < readable)
                return readable;
            await progress.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Drops the bytes that were passed on to all readers.</summary>
    public void Moved()
    {
        if (_window is not { } window)
            return;
        lock (_lock)
        {
            if (_readers.Count > 0)
                window.DropBefore(_readers.Min(r => r.Position));
        }
    }

    bool HasReaders
    {
        get
        {
            lock (_lock)
                return _readers.Count > 0;
        }
    }

    long Arrived => _window?.End ?? _staged!.Length;

    int Read(Span<byte> buffer, long offset)
    {
        var staged = LocalLength;
        return offset < staged
            ? _staged!.Read(buffer[..(int)Math.Min(buffer.Length, staged - offset)], offset)
            : _window!.Read(offset, buffer);
    }

    async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_window is null && !await TryStoreAsync(bytes, cancellationToken))
            PassOn();
        if (_window is { } window)
            await PassOnAsync(window, bytes, cancellationToken);
        Signal();
    }

    async Task<bool> TryStoreAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!await _claim!.TryAddAsync(bytes.Length))
            return false;
        try
        {
            await _staged!.AppendAsync(bytes, cancellationToken);
            return true;
        }
        catch (IOException error) when (error is StoreFullException or StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>From now on, bytes are passed on.</summary>
    void PassOn()
    {
        // Readers of a small file wait until all of it is there.
        var capacity = Length is null ? MaxVerifiedFirst : Length <= MaxVerifiedFirst ? (int)Length : WindowLength;
        lock (_lock)
            _window = new PassingWindow(_staged?.Length ?? 0, capacity);
        _passing.TrySetResult();
        Moved();
    }

    async Task PassOnAsync(PassingWindow window, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            bytes = bytes[window.Add(bytes.Span)..];
            // Readers of a range further on want none of these.
            Moved();
            if (bytes.IsEmpty)
                return;
            if (Length is null)
                throw new UpstreamUnavailableException(
                    "The disk is full, and upstream did not send a Content-Length.");
            Signal();
            await window.RoomAsync(cancellationToken);
        }
    }

    async ValueTask DiscardAsync()
    {
        lock (_lock)
        {
            if (!_isClosed || _readers.Count > 0)
                return;
        }
        if (_staged is not null)
            await _staged.DisposeAsync();
        ReleaseSpace();
    }

    void Signal() => Interlocked.Exchange(
        ref _progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
