namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// Counts the hours of the last day in which as much was evicted as there is room for. A cache is always full at some
/// time; one that is replaced as a whole again and again is too small for what clients ask for.
/// </summary>
/// <remarks>It is not thread-safe, except for <see cref="FullHours"/>.</remarks>
sealed class CacheTurnover(long capacity, TimeProvider clock)
{
    const int Hours = 24;

    readonly long _start = clock.GetTimestamp();

    /// <summary>The full hours of the last day, each at its place in it, counted from 1; 0: none there.</summary>
    readonly long[] _full = new long[Hours];
    long _hour;
    long _evicted;

    /// <summary>The number of such hours in the last 24, the present one included.</summary>
    public int FullHours
    {
        get
        {
            var oldest = GetHour() - Hours;
            var count = 0;
            for (var i = 0; i < Hours; i++)
                count += Volatile.Read(ref _full[i]) > long.Max(oldest, 0) ? 1 : 0;
            return count;
        }
    }

    /// <summary>Adds bytes that were evicted now.</summary>
    public void Add(long bytes)
    {
        var hour = GetHour();
        if (hour != _hour)
            (_hour, _evicted) = (hour, 0);
        _evicted += bytes;
        if (_evicted >= capacity)
            Volatile.Write(ref _full[hour % Hours], hour);
    }

    /// <summary>The hour since the start, counted from 1.</summary>
    long GetHour() => clock.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerHour + 1;
}
