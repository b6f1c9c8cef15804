using System.Globalization;
using Bench.Measuring;

namespace Bench.Hostile.Measuring;

/// <summary>What a server holds at one moment.</summary>
/// <param name="Cpu">The seconds of processor time that it took so far.</param>
readonly record struct ServerState(
    double Cpu, long Resident, long Peak, int Descriptors, long Log, long Disk)
{
    /// <returns>Null: its process is gone.</returns>
    public static ServerState? From(ServerUnderTest server)
    {
        try
        {
            var process = ProcessSample.From([server.Id]);
            var descriptors = Directory.EnumerateFileSystemEntries($"/proc/{server.Id}/fd").Count();
            return new ServerState(
                process.CpuSeconds, process.Resident, process.Peak, descriptors, new FileInfo(server.Log).Length,
                GetDisk(server.Data));
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The descriptors alone, which costs little; null: its process is gone.</summary>
    public static int? GetDescriptors(ServerUnderTest server)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{server.Id}/fd").Count();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The allocated bytes of a folder; files may go while du counts, which it reports but survives.</summary>
    static long GetDisk(string folder)
    {
        var text = ChildProcess.Run("sh", "-c", "du -s --block-size=1 \"$0\" 2> /dev/null || true", folder);
        return long.TryParse(text.Split('\t')[0], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
    }
}
