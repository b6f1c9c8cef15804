using System.Globalization;

namespace EndToEnd.Serving;

/// <summary>The most memory that a server has had at once.</summary>
public static class PeakMemory
{
    /// <summary>The bytes that were resident, of all that it has done so far.</summary>
    public static long From(PyRepoServer server)
    {
        var line = File.ReadLines($"/proc/{server.ProcessId}/status")
            .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
