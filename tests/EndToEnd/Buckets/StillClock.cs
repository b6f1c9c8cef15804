using System.Globalization;

namespace EndToEnd.Buckets;

/// <summary>
/// A server's clock, which can stand still as that of a virtual machine that was paused. libfaketime answers the server
/// when it asks for the time; its timers stop, too.
/// </summary>
public sealed class StillClock : IDisposable
{
    readonly TemporaryFolder _folder = new();

    /// <summary>Makes one that runs.</summary>
    public StillClock() => GoOn();

    /// <summary>The library, or null if it is not installed.</summary>
    public static string? Library { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    string Time => _folder["time"];

    /// <summary>What comes before the command of the server.</summary>
    public IReadOnlyList<string> Command =>
    [
        "env", "TZ=UTC", $"LD_PRELOAD={Library}", $"FAKETIME_TIMESTAMP_FILE={Time}", "FAKETIME_NO_CACHE=1",
    ];

    /// <summary>Stops it.</summary>
    public void Stop() => Write(DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    /// <summary>Sets it right.</summary>
    public void GoOn() => Write("+0");

    void Write(string time)
    {
        File.WriteAllText(Time + ".next", time + "\n");
        File.Move(Time + ".next", Time, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
