using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EndToEnd;

/// <summary>The signals of POSIX, which <see cref="Process"/> cannot send.</summary>
public static partial class Signals
{
    const int Hangup = 1;
    const int Terminate = 15;

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public static void SendTerminate(Process process) => _ = Kill(process.Id, Terminate);

    /// <summary>Tells a process that its terminal was closed (SIGHUP).</summary>
    public static void SendHangup(Process process) => _ = Kill(process.Id, Hangup);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
