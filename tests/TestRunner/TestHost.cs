using System.Diagnostics;
using System.Xml;
using System.Xml.Linq;

namespace TestRunner;

/// <summary>Runs the program that a test project is built to.</summary>
/// <param name="folder">The folder for its report and its output.</param>
/// <param name="part">The part of the run that it is for, whose name begins those of its files.</param>
public sealed class TestHost(string folder, string part)
{
    /// <summary>
    /// No program takes this long: one that does hangs, and says not even that. Twice what the longest takes on a slow
    /// machine; a whole run has 90 minutes.
    /// </summary>
    static readonly TimeSpan _hangs = TimeSpan.FromMinutes(60);

    int _runs;

    /// <summary>Runs the tests of a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="filter">Which tests, as options of the program; none: all of them.</param>
    public async Task<HostRun> RunAsync(string program, IReadOnlyList<string> filter)
    {
        var name = Path.GetFileName(program);
        var run = Path.Combine(
            Path.GetFullPath(folder), $"{part.Replace(' ', '-')}.{name}.{Interlocked.Increment(ref _runs)}");
        var (report, log) = ($"{run}.xml", $"{run}.log");
        var began = Stopwatch.GetTimestamp();
        var exitCode = await StartAsync(
            log,
            [program, "--report-xunit", "--report-xunit-filename", Path.GetFileName(report),
                "--results-directory", Path.GetFullPath(folder),
                // All that a fixture waits for has a deadline of its own, which tells more than this; together they may take
                // this long. If no test begins or ends meanwhile, the program names those that run.
                "--hangdump", "--hangdump-timeout", "25m", "--hangdump-type", "None",
                "--no-ansi", "--progress", "off", .. filter]);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var output = (await File.ReadAllTextAsync(log)).Trim();
        try
        {
            var results = XDocument.Load(report);
            return HostRun.From(name, exitCode, TestReport.Cases(results), TestReport.Errors(results), output, seconds);
        }
        catch (Exception error) when (error is FileNotFoundException or XmlException)
        {
            var crash = $"It ended with status {exitCode}, without a report: {error.Message}";
            return HostRun.From(name, exitCode, [], [crash], output, seconds);
        }
    }

    /// <summary>
    /// Starts a program whose output goes to a file: what outlives the program would hold a pipe open.
    /// </summary>
    static async Task<int> StartAsync(string log, IReadOnlyList<string> command)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", """exec "$@" < /dev/null > "$0" 2>&1""", log, .. command])
            {
                // Code that runs for seconds gains nothing by being observed.
                Environment = { ["DOTNET_TieredPGO"] = "0" },
            })!;
        using var hangs = new CancellationTokenSource(_hangs);
        try
        {
            await process.WaitForExitAsync(hangs.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await File.AppendAllTextAsync(log, $"\nIt hung and was killed after {_hangs.TotalMinutes} minutes.");
            return -1;
        }
        return process.ExitCode;
    }
}
