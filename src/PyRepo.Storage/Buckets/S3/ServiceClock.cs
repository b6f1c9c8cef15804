namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// The time of a service, from the dates of its answers. What it wrote has its time, and not this machine's.
/// </summary>
/// <param name="clock">The clock of this machine.</param>
sealed class ServiceClock(TimeProvider clock)
{
    long _skew;

    /// <summary>About the time there, in seconds.</summary>
    public DateTimeOffset Now => S3Tag.Truncate(clock.GetUtcNow().AddTicks(Volatile.Read(ref _skew)));

    /// <summary>Compares the clocks.</summary>
    public void Observe(HttpResponseMessage response)
    {
        if (response.Headers.Date is { } date && date - clock.GetUtcNow() is var skew)
            Volatile.Write(ref _skew, skew.Duration() < TimeSpan.FromSeconds(2) ? 0 : skew.Ticks);
    }
}
