using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Http;

/// <summary>A request's body whose sender must keep to a minimum rate.</summary>
sealed class TimedBody(Stream body, MinimumRate rate, string tooSlow, TimeProvider clock) : Stream
{
    readonly CancellationTokenSource _timeout = new(Timeout.InfiniteTimeSpan, clock);

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

    /// <summary>Reads what has arrived, or waits for it.</summary>
    /// <exception cref="BadHttpRequestException">The sender is too slow.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (rate.Left <= TimeSpan.Zero)
            throw TooSlow();
        var began = clock.GetTimestamp();
        _timeout.CancelAfter(rate.Left);
        using var canceled = cancellationToken.UnsafeRegister(
            static timeout => ((CancellationTokenSource)timeout!).Cancel(), _timeout);
        try
        {
            var read = await body.ReadAsync(buffer, _timeout.Token);
            rate.Add(read, clock.GetElapsedTime(began));
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            rate.Add(0, clock.GetElapsedTime(began));
            throw TooSlow();
        }
        finally
        {
            _timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _timeout.Dispose();
        base.Dispose(disposing);
    }

    BadHttpRequestException TooSlow() => new(tooSlow, StatusCodes.Status408RequestTimeout);
}
