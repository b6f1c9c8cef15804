using System.Net.Sockets;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>The body of a response as it arrives. A read that gets no byte in time fails.</summary>
/// <param name="body">The body.</param>
/// <param name="timeout">How long a read may wait.</param>
/// <param name="broken">Returns the error to throw for what broke the body off.</param>
/// <param name="response">The response, disposed with the stream, or null if the caller does that.</param>
sealed class BucketResponseStream(
    Stream body, TimeSpan timeout, Func<Exception, BucketException> broken, HttpResponseMessage? response = null)
    : AsyncForwardStream
{
    CancellationTokenSource _limit = new();

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
        catch (Exception error) when (error is not BucketException
            && error is OperationCanceledException or HttpRequestException or IOException or SocketException)
        {
            throw broken(error);
        }
        finally
        {
            if (!_limit.TryReset())
                _limit = new();
        }
    }

    /// <inheritdoc/>
    /// <remarks>It waits for the asynchronous read, because only that can be given up.</remarks>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            response?.Dispose();
            _limit.Dispose();
        }
        base.Dispose(disposing);
    }
}
