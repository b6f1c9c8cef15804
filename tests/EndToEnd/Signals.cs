using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EndToEnd;

/// <summary>The signals of POSIX, which <see cref="Process"/> cannot send.</summary>
public static partial class Signals
{
    const int Hangup = 1;
    const int Terminate = 15;
    const int Continue = 18;
    const int Stop = 19;

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public static void SendTerminate(Process process) => _ = Kill(process.Id, Terminate);

    /// <summary>Tells a process that its terminal was closed (SIGHUP).</summary>
    public static void SendHangup(Process process) => _ = Kill(process.Id, Hangup);

    /// <summary>Lets a process do nothing more (SIGSTOP) until it may go on.</summary>
    public static void SendStop(Process process) => _ = Kill(process.Id, Stop);

    /// <summary>Lets a process that was stopped go on (SIGCONT).</summary>
    public static void SendContinue(Process process) => _ = Kill(process.Id, Continue);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
