using Microsoft.AspNetCore.Http;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A request's body whose sender must keep to a minimum rate.</summary>
sealed class TimedBody(Stream body, MinimumRate rate, string tooSlow, TimeProvider clock) : AsyncForwardStream
{
    readonly CancellationTokenSource _timeout = new(Timeout.InfiniteTimeSpan, clock);

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
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _timeout.Dispose();
        base.Dispose(disposing);
    }

    BadHttpRequestException TooSlow() => new(tooSlow, StatusCodes.Status408RequestTimeout);
}
