namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// Counts the hours in which as much was evicted as there is room for. A cache is always full at some time; one that is
/// replaced as a whole again and again is too small for what clients ask for.
/// </summary>
/// <remarks>It is not thread-safe, except for <see cref="FullHours"/>.</remarks>
sealed class CacheTurnover(long capacity, TimeProvider clock)
{
    readonly long _start = clock.GetTimestamp();
    long _hour;
    long _evicted;
    long _fullHours;

    /// <summary>The number of such hours since the start.</summary>
    public long FullHours => Volatile.Read(ref _fullHours);

    /// <summary>Adds bytes that were evicted now.</summary>
    public void Add(long bytes)
    {
        var hour = clock.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerHour;
        if (hour != _hour)
            (_hour, _evicted) = (hour, 0);
        var wasLess = _evicted < capacity;
        _evicted += bytes;
        if (wasLess && _evicted >= capacity)
            Volatile.Write(ref _fullHours, _fullHours + 1);
    }
}
