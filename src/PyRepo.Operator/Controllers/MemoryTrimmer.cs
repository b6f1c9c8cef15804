using System.Runtime.InteropServices;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Gives back what a busy time left behind. An operator that has nothing to do allocates so little that nothing would
/// be collected for hours, and its first lists weigh several times what it keeps of them.
/// </summary>
static partial class MemoryTrimmer
{
    const long MinBytes = 4 << 20;
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);

    /// <summary>Looks now and then until it is canceled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static async Task RunAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var before = 0L;
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            if (allocated - before < MinBytes)
                continue;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            TrimNative();
            before = GC.GetTotalAllocatedBytes();
        }
    }

    /// <summary>Releases memory that the compiler and OpenSSL freed, which glibc keeps otherwise.</summary>
    static void TrimNative()
    {
        try
        {
            _ = ReleaseFreed(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only glibc has it.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int ReleaseFreed(nuint keep);
}
