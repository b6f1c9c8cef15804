namespace PyRepo.Server.Caching;

/// <summary>
/// Gives back what a busy time left behind: afterwards a server allocates so little that nothing would be collected for
/// hours. While it is busy this costs some milliseconds every twenty seconds.
/// </summary>
static class MemoryTrimmer
{
    const long MinBytes = 16 << 20;
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);

    /// <summary>Looks now and then until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
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
