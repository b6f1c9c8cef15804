using System.Runtime.InteropServices;

namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// The processor time of a thread. What else the machine does, and how many wait for its processors, does not count.
/// </summary>
static partial class ThreadTime
{
    static readonly int _clock = OperatingSystem.IsMacOS() ? 16 : 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Returns what the current thread has spent since it began.</summary>
    public static TimeSpan OfCurrent() => GetTime(_clock, out var time) == 0
        ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : throw new InvalidOperationException("The system does not report a thread's CPU time.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
