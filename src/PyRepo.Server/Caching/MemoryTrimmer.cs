namespace PyRepo.Server.Caching;

/// <summary>
/// Frees the memory that a busy period leaves behind. Afterwards, a server allocates so little that no collection would
/// run for hours. While the server is busy, this costs a few milliseconds every twenty seconds.
/// </summary>
static class MemoryTrimmer
{
    const long MinBytes = 16 << 20;
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);

    /// <summary>Checks periodically until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task RunAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var before = 0L;
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (GC.GetTotalAllocatedBytes() - before < MinBytes)
                continue;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            before = GC.GetTotalAllocatedBytes();
        }
    }
}
