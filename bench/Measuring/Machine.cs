using System.Globalization;
using System.Runtime.InteropServices;

namespace Bench.Measuring;

/// <summary>What the figures were measured on.</summary>
static class Machine
{
    public static string Describe(BenchOptions options)
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        string[] facts =
        [
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            $"commit {Commit}",
            $"{Environment.ProcessorCount} cores ({model?.Split(':')[^1].Trim()})",
            $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB",
            $"Linux {Environment.OSVersion.Version}",
            RuntimeInformation.FrameworkDescription,
            GetVersion("nginx", "-v"),
            GetVersion("wrk", "-v"),
            GetVersion(options.Server, "--version"),
            $"seed {options.Seed}",
            "load generator on the same machine",
        ];
        return string.Join(", ", facts) + ".";
    }

    /// <summary>The commit that is checked out, and whether anything but results and notes differs from it.</summary>
    static string Commit
    {
        get
        {
            const string script = """
                cd "$0" && git rev-parse --short HEAD || { echo unknown; exit; }
                git diff --quiet HEAD -- . ':!bench/*.md' ':!bench/*.svg' ':!bench/*.csv' || echo '(changed)'
                """;
            return string.Join(' ', ChildProcess.Run("sh", "-c", script, BenchOptions.Root)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>The load of the last minute: what else ran.</summary>
    public static string Load => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    static string GetVersion(string program, string argument)
    {
        var name = Path.GetFileName(program);
        if (!ChildProcess.Exists(program))
            return $"no {name}";

        // wrk calls the question for its version a failure.
        var line = ChildProcess.Run("sh", "-c", "\"$0\" \"$1\" || true", program, argument).Split('\n')[0].Trim();
        return line.Contains(name, StringComparison.Ordinal) ? line.Split(" [")[0] : $"{name} {line}";
    }
}
