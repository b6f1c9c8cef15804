using System.Runtime.InteropServices;
using EndToEnd.Crashes.PowerCuts;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A test with several rows in which system calls fail.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskFaultTheoryAttribute : TheoryAttribute
{
    public DiskFaultTheoryAttribute() => Skip = Reason;

    /// <summary>Why such tests are skipped, or null if they run.</summary>
    internal static string? Reason =>
        RuntimeInformation.ProcessArchitecture is not Architecture.X64
            ? "The numbers of the system calls that fail are those of x86-64."
        : !File.Exists("/usr/bin/python3") ? "A server whose system calls fail is started by python3."
        : !SystemCallSupervisor.IsAllowed ? "pidfd_getfd(2), by which system calls are made to fail, is refused here."
        : new PowerCutFactAttribute().Skip;
}
