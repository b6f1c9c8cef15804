using System.Globalization;

// The bench has this file, too, and a class with the name of the product.
#if BENCH
namespace Bench.Measuring;
#else
namespace PyRepo.Testing;
#endif

/// <summary>
/// A control group of its own for one process after the other, with a limit of their memory: version 1's or version
/// 2's, where the machine lets one be made.
/// </summary>
public sealed class MemoryCgroup : IDisposable
{
    const string Root = "/sys/fs/cgroup";

    readonly string _folder;
    readonly bool _isUnified;

    MemoryCgroup(string folder, bool isUnified, long limit)
    {
        (_folder, _isUnified) = (folder, isUnified);
        Directory.CreateDirectory(folder);
        var text = limit.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(folder, isUnified ? "memory.max" : "memory.limit_in_bytes"), text);
        if (isUnified && File.Exists(Path.Combine(folder, "memory.swap.max")))
            File.WriteAllText(Path.Combine(folder, "memory.swap.max"), "0");
    }

    /// <summary>Makes one; null: this machine has none that may be made.</summary>
    /// <param name="limit">The bytes that its processes may have.</param>
    public static MemoryCgroup? TryCreate(long limit)
    {
        try
        {
            var name = $"pyrepo-test-{Guid.NewGuid():N}"[..24];
            if (File.Exists($"{Root}/cgroup.controllers"))
            {
                File.WriteAllText($"{Root}/cgroup.subtree_control", "+memory");
                return new MemoryCgroup($"{Root}/{name}", isUnified: true, limit);
            }
            var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))
                .FirstOrDefault(parts => parts[1] == "memory")?[2];
            return own is null
                ? null : new MemoryCgroup($"{Root}/memory/{own.Trim('/')}/{name}", isUnified: false, limit);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The most that its processes had, files that the kernel keeps for them included.</summary>
    public long Peak => Read(_isUnified ? "memory.peak" : "memory.max_usage_in_bytes");

    /// <summary>Calls a program in it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What to start instead.</returns>
    public (string Program, IReadOnlyList<string> Arguments) Wrap(string program, IReadOnlyList<string> arguments) =>
    (
        "/bin/sh",
        ["-c", "echo $$ > \"$0\" && exec \"$@\"", Path.Combine(_folder, "cgroup.procs"), program, .. arguments]
    );

    /// <summary>Removes it. Its processes have ended.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder);
    }

    long Read(string file) =>
        File.Exists(Path.Combine(_folder, file))
            ? long.Parse(File.ReadAllText(Path.Combine(_folder, file)), CultureInfo.InvariantCulture) : 0;
}
