using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>
/// One fetch of one file, shared by all who ask for it meanwhile: they read what has arrived from the staged file, and
/// wait for the rest. The last byte is held back until the digest is right, so that no wrong file ever completes.
/// </summary>
sealed class SharedDownload
{
    const int BufferSize = 256 * 1024;
    readonly HttpResponseMessage _answer;
    readonly StagedObject _staged;
    readonly FileDigest _digest;
    readonly TaskCompletionSource<Sha256Digest> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _users = 2; // the fetch itself, and whoever began it

    /// <param name="answer">Upstream's answer; disposed of here.</param>
    /// <param name="staged">Where the bytes go; disposed of when nobody reads them any more.</param>
    /// <param name="digest">What the bytes must have.</param>
    /// <param name="length">How many bytes there will be; null: unknown.</param>
    public SharedDownload(HttpResponseMessage answer, StagedObject staged, FileDigest digest, long? length)
    {
        (_answer, _staged, _digest, Length) = (answer, staged, digest, length);
        // A failure that nobody waits for is told in the log by the one who began this.
        _ = _outcome.Task.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    /// <summary>How many bytes there will be; known at the latest when the outcome is.</summary>
    public long? Length { get; private set; }

    /// <summary>The SHA-256 of the whole file once it is there and right; fails when it is not.</summary>
    public Task<Sha256Digest> Outcome => _outcome.Task;

    /// <summary>Completes when the file is kept, or will not be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>The staged bytes, for whoever keeps them after a good outcome.</summary>
    public StagedObject Staged => _staged;

    /// <summary>Says that one more reads; false when the bytes are gone already.</summary>
    public bool TryUse()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        }
        return false;
    }

    /// <summary>Says that one reads no longer. After the last the bytes go, unless they were kept.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            await _staged.DisposeAsync();
    }

    /// <summary>Says that the file is kept, or will not be.</summary>
    public void Settle() => _settled.TrySetResult();

    /// <summary>Fetches to the end. Runs once, whoever waits.</summary>
    /// <param name="timeout">How long each part may take.</param>
    /// <param name="cancellationToken">Ends it with the server.</param>
    public async Task RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using (_answer)
                await FetchAsync(timeout, cancellationToken);
            if (Length is { } expected && expected != _staged.Length)
                throw new UpstreamUnavailableException($"Upstream sent {_staged.Length} of {expected} bytes.");
            Length = _staged.Length;
            _outcome.SetResult(_digest.Verify());
        }
        catch (Exception error)
        {
            _outcome.SetException(error as UpstreamUnavailableException
                ?? new UpstreamUnavailableException($"The file could not be fetched: {error.GetBaseException().Message}", error));
        }
        finally
        {
            _digest.Dispose();
            Signal();
        }
    }

    /// <summary>Reads what has arrived; waits until there is something, and for the last byte until all is verified.</summary>
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
        await using var source = await _answer.Content.ReadAsStreamAsync(cancellationToken);
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
