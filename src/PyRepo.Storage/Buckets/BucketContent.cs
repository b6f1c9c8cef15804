namespace PyRepo.Storage.Buckets;

/// <summary>An object of a bucket, opened for reading. Each stream is a request.</summary>
/// <param name="client">The bucket.</param>
/// <param name="name">The name of the object.</param>
/// <param name="opened">
/// Its properties. The version is empty if it is not known, because the object never changes.
/// </param>
/// <param name="scratch">Where copies go.</param>
/// <param name="started">The answer that starts at the first byte, if there is one already.</param>
sealed class BucketContent(
    IBucketClient client, string name, StoredObject opened, ScratchFolder scratch, BucketResponse? started)
    : StoredContent(opened)
{
    /// <summary>How many bytes of the answer that was started are skipped rather than asking for the rest.</summary>
    const int MaxSkipped = 64 * 1024;

    BucketResponse? _started = started;

    public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset > MaxSkipped || Interlocked.Exchange(ref _started, null) is not { } first)
            return Resuming(await ReadAsync(offset, null, cancellationToken), offset);
        var stream = Resuming(first, 0);
        if (offset > 0)
            await stream.ReadExactlyAsync(new byte[offset], cancellationToken);
        return stream;
    }

    public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
        new(new RangedReadStream(Object.Length, (offset, count) =>
            ReadAsync(offset, count, cancellationToken).GetAwaiter().GetResult()));

    public override async ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken)
    {
        var file = scratch.CreateFile(Object.Length);
        try
        {
            await using var stream = await OpenStreamAsync(0, cancellationToken);
            var buffer = new byte[256 * 1024];
            var length = 0L;
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0; length += read)
                ScratchFolder.Write(file, buffer.AsSpan(0, read), length);
            return new LocalCopy(file, length, isOwned: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override ValueTask DisposeAsync()
    {
        _started?.Dispose();
        return default;
    }

    ResumingStream Resuming(BucketResponse response, long offset) =>
        new(response, offset, Object.Length, (at, token) => ReadAsync(at, null, token));

    async Task<BucketResponse> ReadAsync(long offset, long? count, CancellationToken cancellationToken)
    {
        if (offset >= Object.Length)
            return new BucketResponse(BucketReadOutcome.Found, Object, Stream.Null);
        var read = new BucketRead
        {
            Offset = offset,
            Count = count,
            Match = Object.Version.Value.Length > 0 ? Object.Version : null,
        };
        var response = await client.GetAsync(name, read, cancellationToken);
        if (response.Outcome is BucketReadOutcome.Found && response.Object.Length == Object.Length)
            return response;
        response.Dispose();
        throw new ObjectNotFoundException($"The object '{name}' was deleted or replaced.");
    }
}

/// <summary>A bucket's answer to a read.</summary>
/// <param name="outcome">The outcome of the read.</param>
/// <param name="found">The object, if it was opened. Its length is that of the whole object.</param>
/// <param name="body">The bytes that were asked for, as they arrive.</param>
public sealed class BucketResponse(BucketReadOutcome outcome, StoredObject? found, Stream? body) : IDisposable
{
    /// <summary>The outcome of the read.</summary>
    public BucketReadOutcome Outcome => outcome;

    /// <summary>The object.</summary>
    public StoredObject Object => found ?? throw new InvalidOperationException($"The outcome is {outcome}.");

    /// <summary>The bytes that were asked for.</summary>
    public Stream Body => body ?? throw new InvalidOperationException($"The outcome is {outcome}.");

    /// <inheritdoc/>
    public void Dispose() => body?.Dispose();
}

/// <summary>The outcome of a read from a bucket.</summary>
public enum BucketReadOutcome
{
    /// <summary>The bytes follow.</summary>
    Found,

    /// <summary>There is no such object.</summary>
    NotFound,

    /// <summary>The object still has the version of <see cref="BucketRead.NoneMatch"/>.</summary>
    Unchanged,

    /// <summary>The object no longer has the version of <see cref="BucketRead.Match"/>.</summary>
    Changed,
}
