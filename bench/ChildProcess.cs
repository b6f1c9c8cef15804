using System.Diagnostics;
using System.Text;

namespace Bench;

/// <summary>A program that the bench started, and ends when disposed.</summary>
sealed class ChildProcess : IDisposable
{
    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly Dictionary<string, TaskCompletionSource<string>> _awaited = [];

    ChildProcess(Process process, IEnumerable<string> awaitedLines)
    {
        this._process = process;
        foreach (var prefix in awaitedLines)
            _awaited[prefix] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => Fail();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it ended with; null: it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Everything that it printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts a program; lines that begin with <paramref name="awaitedLines"/> can be waited for.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IEnumerable<string> awaitedLines,
        IReadOnlyDictionary<string, string>? environment = null) =>
        new(Process.Start(Describe(program, arguments, environment))!, awaitedLines);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(string program, params string[] arguments) => Run(program, arguments, environment: null);

    public static string Run(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        using var process = Process.Start(Describe(program, arguments, environment))!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {text}");
    }

    /// <summary>Whether a program is there, by its path or on PATH.</summary>
    public static bool Exists(string program) => program.Contains('/')
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Waits for a line.</summary>
    /// <returns>What follows the prefix.</returns>
    public string LineAfter(string prefix) => _awaited[prefix].Task.GetAwaiter().GetResult();

    /// <summary>Ends the program with SIGTERM, and waits for it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    static ProcessStartInfo Describe(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment)
    {
        var description = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            description.Environment[name] = value;
        return description;
    }

    void Take(string? line)
    {
        if (line is null)
            return;

        lock (_output)
            _output.AppendLine(line);
        foreach (var (prefix, source) in _awaited)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
                source.TrySetResult(line[prefix.Length..]);
        }
    }

    void Fail()
    {
        lock (_output)
        {
            foreach (var source in _awaited.Values)
                source.TrySetException(new InvalidOperationException($"The program ended: {_output}"));
        }
    }
}
