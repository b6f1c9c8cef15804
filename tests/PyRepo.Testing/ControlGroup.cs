using System.Globalization;

// The bench has this file, too, and a class with the name of the product.
#if BENCH
namespace Bench.Measuring;
#else
namespace PyRepo.Testing;
#endif

/// <summary>
/// A control group of its own for one process after the other, with a limit of their memory or of their share of the
/// processors: version 1's or version 2's, where the machine lets one be made.
/// </summary>
public sealed class ControlGroup : IDisposable
{
    const string Root = "/sys/fs/cgroup";

    /// <summary>The kernel's own: a group that has used up its share of it waits until its end.</summary>
    const int PeriodMicroseconds = 100_000;

    readonly string _folder;
    readonly bool _isUnified;

    ControlGroup(string folder, bool isUnified)
    {
        (_folder, _isUnified) = (folder, isUnified);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Makes one with a limit of memory. Returns null if this machine has none that may be made.</summary>
    /// <param name="limit">The bytes that its processes may have.</param>
    public static ControlGroup? TryCreateForMemory(long limit) => TryCreate("memory", group =>
    {
        group.Write(group._isUnified ? "memory.max" : "memory.limit_in_bytes", Text(limit));
        if (group._isUnified && group.Has("memory.swap.max"))
            group.Write("memory.swap.max", "0");
    });

    /// <summary>
    /// Makes one with a limit of processor time. Returns null if this machine has none that may be made.
    /// </summary>
    /// <param name="processors">How many processors its processes may use, such as 0.25.</param>
    public static ControlGroup? TryCreateForCpu(double processors) => TryCreate("cpu", group =>
    {
        var quota = Text((long)(processors * PeriodMicroseconds));
        if (group._isUnified)
        {
            group.Write("cpu.max", $"{quota} {PeriodMicroseconds}");
            return;
        }
        group.Write("cpu.cfs_period_us", Text(PeriodMicroseconds));
        group.Write("cpu.cfs_quota_us", quota);
    });

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

    static ControlGroup? TryCreate(string controller, Action<ControlGroup> limit)
    {
        try
        {
            var name = $"pyrepo-test-{Guid.NewGuid():N}"[..24];
            ControlGroup? group = null;
            if (File.Exists($"{Root}/cgroup.controllers"))
            {
                File.WriteAllText($"{Root}/cgroup.subtree_control", $"+{controller}");
                group = new ControlGroup($"{Root}/{name}", isUnified: true);
            }
            else if (File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))
                .FirstOrDefault(parts => parts[1] == controller)?[2] is { } own)
            {
                group = new ControlGroup($"{Root}/{controller}/{own.Trim('/')}/{name}", isUnified: false);
            }
            if (group is not null)
                limit(group);
            return group;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    bool Has(string file) => File.Exists(Path.Combine(_folder, file));

    void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    long Read(string file) =>
        Has(file) ? long.Parse(File.ReadAllText(Path.Combine(_folder, file)), CultureInfo.InvariantCulture) : 0;
}
