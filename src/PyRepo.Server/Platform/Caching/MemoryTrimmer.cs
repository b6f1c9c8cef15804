namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// Frees the memory that a busy period leaves behind. Afterwards, a server allocates so little that no collection would
/// run for hours. While the server is busy, this costs a few milliseconds every twenty seconds.
/// </summary>
sealed class MemoryTrimmer
{
    const long MinBytes = 16 << 20;
    long _before = GC.GetTotalAllocatedBytes();

    /// <summary>How often to check.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Checks once.</summary>
    public void Trim()
    {
        if (GC.GetTotalAllocatedBytes() - _before < MinBytes)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _before = GC.GetTotalAllocatedBytes();
    }
}
