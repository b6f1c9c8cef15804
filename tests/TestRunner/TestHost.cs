using System.Diagnostics;
using System.Xml;
using System.Xml.Linq;

namespace TestRunner;

/// <summary>Runs a built test assembly in a process of its own.</summary>
/// <param name="logs">The folder for its logs.</param>
public sealed class TestHost(string logs)
{
    /// <summary>No assembly takes this long: a host that does hangs.</summary>
    static readonly TimeSpan _hangs = TimeSpan.FromMinutes(30);

    /// <summary>
    /// No test takes this long, nor does a fixture: if none begins or ends, the host is ended, and says which test ran.
    /// </summary>
    static readonly TimeSpan _testHangs = TimeSpan.FromMinutes(8);

    int _runs;

    /// <summary>Runs the tests of an assembly.</summary>
    /// <param name="assembly">The path of the assembly.</param>
    /// <param name="filter">Which tests, as a filter of <c>dotnet test</c>; null: all of them.</param>
    public async Task<HostRun> RunAsync(string assembly, string? filter)
    {
        var name = Path.GetFileNameWithoutExtension(assembly);
        var log = Path.Combine(
            Path.GetFullPath(logs), $"{name}-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}.trx");
        var began = Stopwatch.GetTimestamp();
        var (exitCode, output) = await RunDotnetAsync(
            ["test", assembly, "--nologo", "--logger", "console;verbosity=quiet", "--logger", $"trx;LogFileName={log}",
                "--blame-hang-timeout", $"{_testHangs.TotalMinutes}m", "--blame-hang-dump-type", "none",
                "--results-directory", Path.GetFullPath(logs),
                .. filter is null ? (string[])[] : ["--filter", filter]]);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        try
        {
            var trx = File.Exists(log) ? XDocument.Load(log) : new XDocument();
            return HostRun.Of(name, exitCode, TrxFile.Cases(trx), TrxFile.Errors(trx), output, seconds);
        }
        catch (Exception error) when (error is XmlException or InvalidDataException)
        {
            return HostRun.Of(name, exitCode, [], [$"Its log {log} cannot be read: {error.Message}"], output, seconds);
        }
    }

    static async Task<(int ExitCode, string Output)> RunDotnetAsync(IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var hangs = new CancellationTokenSource(_hangs);
        try
        {
            await process.WaitForExitAsync(hangs.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"It hung and was killed after {_hangs.TotalMinutes} minutes.");
        }
        return (process.ExitCode, $"{await output}{await error}".Trim());
    }
}
