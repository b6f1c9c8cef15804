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

/// <summary>
/// Judges whether bytes arrive fast enough. Each period counts anew, so that a burst buys no time. Only time spent
/// waiting for the sender counts, not the time that our own disk takes.
/// </summary>
/// <param name="bytes">The bytes that must arrive in a period.</param>
/// <param name="period">The length of a period.</param>
/// <param name="slowPeriods">
/// After this many slow periods the sender is too slow. A period that is fast enough makes up for a slow one.
/// </param>
sealed class MinimumRate(int bytes, TimeSpan period, int slowPeriods)
{
    TimeSpan _waited;
    long _received;
    int _slow;

    /// <summary>How long the sender may send nothing before it is too slow. If it is too slow, zero or less.</summary>
    public TimeSpan Left => ((slowPeriods - SlowAfterPeriod + 1) * period) - _waited;

    int SlowAfterPeriod => _received >= bytes ? Math.Max(0, _slow - 1) : _slow + 1;

    /// <summary>Adds what arrived after waiting for it.</summary>
    public void Add(int count, TimeSpan waited)
    {
        _waited += waited;
        while (_waited >= period && _slow < slowPeriods)
        {
            (_slow, _received) = (SlowAfterPeriod, 0);
            _waited -= period;
        }
        _received += count;
    }
}
