namespace PyRepo.Storage.Buckets.Http;

/// <summary>The body of a response. A read that gets no byte in time fails.</summary>
sealed class BucketResponseStream(HttpResponseMessage response, Stream body, TimeSpan timeout, string place) : Stream
{
    CancellationTokenSource _limit = new();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _limit.CancelAfter(timeout);
        try
        {
            await using var stop = cancellationToken.UnsafeRegister(
                static limit => ((CancellationTokenSource)limit!).Cancel(), _limit);
            return await body.ReadAsync(buffer, _limit.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException error)
        {
            throw Broken($"sent no more bytes for {timeout.TotalSeconds:0.#} s", error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken("broke off the bytes of an object", error);
        }
        finally
        {
            if (!_limit.TryReset())
                _limit = new();
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return body.Read(buffer, offset, count);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken("broke off the bytes of an object", error);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            response.Dispose();
            _limit.Dispose();
        }
        base.Dispose(disposing);
    }

    BucketException Broken(string what, Exception error) =>
        new(BucketException.Unreachable, $"{place} {what}.", error) { IsTransient = true };
}
