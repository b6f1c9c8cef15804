using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// How much of the heap is left. Work that takes much of it waits while there is too little: a heap that is full ends
/// requests of others, and may end the process. Allowances count what work takes; this is what is left whoever holds
/// the rest, as clients that read slowly do.
/// </summary>
/// <param name="limit">The bytes that the heap may have, or 0 if that is not known.</param>
/// <param name="used">The bytes that it has, with those that a collection would free.</param>
/// <param name="collect">Frees them.</param>
/// <param name="clock">Measures how long work waits, and the time between collections.</param>
sealed class HeapHeadroom(Func<long> limit, Func<long> used, Action collect, TimeProvider clock)
{
    /// <summary>The part of the heap that is for the work. The rest is for what takes too little to ask.</summary>
    const double Share = 0.85;

    /// <summary>The part of the heap that must be allocated since the last collection for another one soon.</summary>
    const int GrowthShare = 16;

    static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan _later = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    long _collectedAt = clock.GetTimestamp() - clock.TimestampFrequency;
    long _left;

    /// <summary>How long work waits before it looks again.</summary>
    public static TimeSpan BetweenLooks { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>That of this process.</summary>
    public static HeapHeadroom OfProcess { get; } = new(
        () => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, () => GC.GetTotalMemory(forceFullCollection: false),
        () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true),
        TimeProvider.System);

    /// <summary>
    /// Waits until there is room. Garbage is collected for that, but only if there may be much of it, and some times a
    /// second at most. Returns false if there is none within <see cref="ServerLimits.MaxWorkWait"/>.
    /// </summary>
    /// <param name="bytes">How much room is needed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<bool> WaitForRoomAsync(long bytes, CancellationToken cancellationToken)
    {
        for (var start = clock.GetTimestamp(); !Fits(bytes) && !FitsOnceCollected(bytes);)
        {
            if (clock.GetElapsedTime(start) >= ServerLimits.MaxWorkWait)
                return false;
            await Task.Delay(BetweenLooks, clock, cancellationToken);
        }
        return true;
    }

    bool FitsOnceCollected(long bytes)
    {
        lock (_lock)
        {
            if (!IsCollectionDue)
                return false;
            collect();
            (_collectedAt, _left) = (clock.GetTimestamp(), used());
        }
        return Fits(bytes);
    }

    bool IsCollectionDue => clock.GetElapsedTime(_collectedAt) is var since
        && (since >= _later || (since >= _soon && used() - _left >= limit() / GrowthShare));

    bool Fits(long bytes) => limit() is var most && (most <= 0 || used() + bytes <= most * Share);
}
