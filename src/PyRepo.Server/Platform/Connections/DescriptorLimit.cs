using System.Runtime.InteropServices;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Connections;

/// <summary>
/// How many connections the process has descriptors for. A process without descriptors cannot accept, open or even log
/// anything, and .NET ends it.
/// </summary>
static partial class DescriptorLimit
{
    /// <summary>
    /// The descriptors that a connection may need: its socket, and for a file that is being fetched the connection to
    /// the upstream, the file that is written and the one that is read.
    /// </summary>
    const int PerConnection = 4;

    /// <summary>
    /// The descriptors for the runtime (two for each of some 70 assemblies), the management port and background work.
    /// </summary>
    const int Reserve = 192 + ServerLimits.MaxManagementConnections;

    /// <summary>A server that takes fewer connections would be of no use.</summary>
    const int MinConnections = 8;

    /// <summary>Returns how many connections a process may have open at once.</summary>
    public static int ConnectionsOfProcess() => ConnectionsFor(OfProcess());

    /// <summary>Returns how many connections a number of descriptors allows.</summary>
    public static int ConnectionsFor(ulong descriptors) => (int)Math.Clamp(
        (Math.Min(descriptors, int.MaxValue) - (double)Reserve) / PerConnection, MinConnections,
        ServerLimits.MaxConnections);

    /// <summary>Returns the process's own limit, which .NET raises to the hard limit at the start.</summary>
    static ulong OfProcess()
    {
        var resource = OperatingSystem.IsMacOS() ? 8 : 7; // RLIMIT_NOFILE
        return GetLimit(resource, out var limit) == 0 ? limit.Soft : 1024;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
