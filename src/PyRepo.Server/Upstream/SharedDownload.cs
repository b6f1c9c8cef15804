using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>
/// The download of one file, shared by all clients that request the file in the meantime. They read the bytes that have
/// arrived from the staged file, and wait for the rest. The last byte is withheld until the digest has been verified,
/// so that no wrong file ever completes.
/// </summary>
sealed class SharedDownload
{
    const int BufferSize = 256 * 1024;
    readonly HttpResponseMessage _response;
    readonly StagedObject _staged;
    readonly FileDigest _digest;
    readonly TaskCompletionSource<Sha256Digest> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _users = 2; // the download itself, and the caller that started it

    /// <param name="response">Upstream's response; disposed here.</param>
    /// <param name="staged">Receives the bytes; disposed when they are no longer read.</param>
    /// <param name="digest">Verifies the bytes.</param>
    /// <param name="length">The expected number of bytes, or null if it is not known.</param>
    public SharedDownload(HttpResponseMessage response, StagedObject staged, FileDigest digest, long? length)
    {
        (_response, _staged, _digest, Length) = (response, staged, digest, length);
        // If no caller awaits a failure, the code that started the download logs it.
        _ = _outcome.Task.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    /// <summary>The expected number of bytes. It is known by the time the outcome is.</summary>
    public long? Length { get; private set; }

    /// <summary>
    /// Completes with the SHA-256 of the whole file once it is verified, and fails if the file is wrong or incomplete.
    /// </summary>
    public Task<Sha256Digest> Outcome => _outcome.Task;

    /// <summary>Completes when the file has been cached, or will not be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>The staged bytes, to be cached if the outcome is successful.</summary>
    public StagedObject Staged => _staged;

    /// <summary>Adds a reader. Returns false if the bytes are already gone.</summary>
    public bool TryUse()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        }
        return false;
    }

    /// <summary>Removes a reader. After the last one, the bytes are deleted unless they were cached.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            await _staged.DisposeAsync();
    }

    /// <summary>Signals that the file has been cached, or will not be.</summary>
    public void Settle() => _settled.TrySetResult();

    /// <summary>Downloads the whole file. This runs once, regardless of the number of waiting clients.</summary>
    /// <param name="timeout">The time limit for each part.</param>
    /// <param name="cancellationToken">Stops the download when the server stops.</param>
    public async Task RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using (_response)
                await FetchAsync(timeout, cancellationToken);
            if (Length is { } expected && expected != _staged.Length)
                throw new UpstreamUnavailableException($"Upstream sent {_staged.Length} of {expected} bytes.");
            Length = _staged.Length;
            _outcome.SetResult(_digest.Verify());
        }
        catch (Exception error)
        {
            _outcome.SetException(error as UpstreamUnavailableException
                ?? new UpstreamUnavailableException(
                    $"The file could not be fetched: {error.GetBaseException().Message}", error));
        }
        finally
        {
            _digest.Dispose();
            Signal();
        }
    }

    /// <summary>
    /// Reads bytes that have arrived, and waits if there are none yet. The last byte waits until the file is verified.
    /// </summary>
    /// <returns>0 at the end.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            var progress = Volatile.Read(ref _progress);
            var done = _outcome.Task.IsCompleted;
            if (done)
                await _outcome.Task;
            var readable = done ? _staged.Length : Math.Min(_staged.Length, (Length ?? long.MaxValue) - 1);
            if (offset < readable)
            {
                var wanted = (int)Math.Min(buffer.Length, readable - offset);
                return RandomAccess.Read(_staged.LocalFile, buffer.Span[..wanted], offset);
            }
            if (done)
                return 0;
            await progress.Task.WaitAsync(cancellationToken);
        }
    }

    async Task FetchAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var source = await _response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[BufferSize];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            limit.CancelAfter(timeout);
            var read = await source.ReadAsync(buffer, limit.Token);
            if (read == 0)
                return;
            _digest.Append(buffer.AsSpan(0, read));
            await _staged.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
            if (Length is { } expected && _staged.Length > expected)
                throw new UpstreamUnavailableException($"Upstream sent more than {expected} bytes.");
            Signal();
        }
    }

    void Signal() => Interlocked.Exchange(
        ref _progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
