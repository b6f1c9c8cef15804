using System.Diagnostics;

namespace EndToEnd;

/// <summary>A program to be run to its end.</summary>
/// <param name="Program">Its path, or a name to be looked up in PATH.</param>
/// <param name="Arguments">What it is called with.</param>
public sealed record ProgramRun(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>No program here takes minutes: one that does hangs.</summary>
    static readonly TimeSpan _hangs = TimeSpan.FromMinutes(5);

    /// <summary>The folder that it runs in.</summary>
    public string? Folder { get; init; }

    /// <summary>What it reads from its standard input.</summary>
    public string Input { get; init; } = "";

    /// <summary>All of its environment; null: the tests' own.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>
    /// Runs it and keeps what it writes. One that hangs is killed after some minutes, and the test fails.
    /// </summary>
    public async Task<ProgramResult> RunAsync()
    {
        using var process = Process.Start(StartInfo())
            ?? throw new InvalidOperationException($"{Program} could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(Input);
        process.StandardInput.Close();
        using var hangs = new CancellationTokenSource(_hangs);
        try
        {
            // What it started may outlive it, and hold its output open.
            await Task.WhenAll(process.WaitForExitAsync(hangs.Token), output, error).WaitAsync(hangs.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{this}\nhung, and was killed. It had said:\n{await SaidAsync(output)}{await SaidAsync(error)}");
        }
        return new ProgramResult(ToString(), process.ExitCode, await output, await error);
    }

    /// <summary>What the killed program had written, unless another still holds its output open.</summary>
    static async Task<string> SaidAsync(Task<string> output)
    {
        try
        {
            return await output.WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            return "(Its output is still open.)";
        }
    }

    /// <summary>How the process is to be started, with all its streams in our hands.</summary>
    public ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo(Program, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder ?? "",
        };
        if (Environment is null)
            return info;
        info.Environment.Clear();
        foreach (var (name, value) in Environment)
            info.Environment[name] = value;
        return info;
    }

    /// <inheritdoc/>
    public override string ToString() => $"$ {Program} {string.Join(' ', Arguments)}";
}
