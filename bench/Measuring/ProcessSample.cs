using System.Globalization;

namespace Bench.Measuring;

/// <summary>What /proc says of some processes together: CPU seconds so far, resident bytes now and at most.</summary>
readonly record struct ProcessSample(double CpuSeconds, long Resident, long Peak)
{
    /// <summary>Linux' USER_HZ, the unit of /proc/PID/stat on every architecture that .NET runs on.</summary>
    const double TicksPerSecond = 100;

    public static ProcessSample From(IEnumerable<int> processes)
    {
        var sum = default(ProcessSample);
        foreach (var process in processes)
        {
            sum = new ProcessSample(sum.CpuSeconds + GetCpu(process), sum.Resident + GetStatus(process, "VmRSS:"),
                sum.Peak + GetStatus(process, "VmHWM:"));
        }

        return sum;
    }

    /// <summary>
    /// CPU seconds so far, once nothing is done any more: what a server does after its answer belongs to the answer.
    /// </summary>
    public static double CpuOnceIdle(IReadOnlyList<int> processes)
    {
        const int quietSamples = 5;
        var pause = TimeSpan.FromMilliseconds(50);
        var (seconds, quiet) = (From(processes).CpuSeconds, 0);
        while (quiet < quietSamples)
        {
            Thread.Sleep(pause);
            var now = From(processes).CpuSeconds;
            quiet = now > seconds ? 0 : quiet + 1;
            seconds = now;
        }

        return seconds;
    }

    /// <summary>Makes the peak start again from what is resident now.</summary>
    public static void ResetPeak(IEnumerable<int> processes)
    {
        foreach (var process in processes)
            File.WriteAllText($"/proc/{process}/clear_refs", "5");
    }

    /// <summary>The processes that this one started.</summary>
    public static IReadOnlyList<int> GetChildren(int process) =>
    [
        .. File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Those that this one started and that run as <paramref name="title"/>, once there are so many.</summary>
    public static IReadOnlyList<int> GetChildren(int process, string title, int count)
    {
        while (true)
        {
            int[] children = [.. GetChildren(process).Where(
                child => File.ReadAllText($"/proc/{child}/cmdline").Contains(title, StringComparison.Ordinal))];
            if (children.Length == count)
                return children;
            Thread.Sleep(10);
        }
    }

    static double GetCpu(int process)
    {
        // The second field is the program's name in parentheses, which may hold blanks.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int user = 11, system = 12;
        return (double.Parse(fields[user], CultureInfo.InvariantCulture)
            + double.Parse(fields[system], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    static long GetStatus(int process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith(field, StringComparison.Ordinal));
        var kilobytes = line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024;
    }
}
