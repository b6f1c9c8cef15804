using System.Diagnostics;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>A Python of this machine.</summary>
sealed record PythonInterpreter(string Program, string Version)
{
    const string Probe = "import sys, zlib, zipfile, tarfile; print(sys.version.split()[0])";

    static readonly string[] _names =
        ["python3", .. Enumerable.Range(6, 12).Select(minor => $"python3.{minor}"), "python"];

    /// <summary>Those on the PATH and those of pyenv, one of each version.</summary>
    public static IReadOnlyList<PythonInterpreter> All { get; } = Find();

    /// <summary>The first on the PATH, the oldest and the newest.</summary>
    public static IReadOnlyList<PythonInterpreter> Few =>
        [.. new[] { All[0], All.MinBy(GetNumber)!, All.MaxBy(GetNumber)! }.Distinct()];

    /// <summary>Runs a script, and returns the lines that it writes.</summary>
    public async Task<string[]> RunAsync(params string[] arguments)
    {
        using var process = Start(Program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"{Program} ended with {process.ExitCode}: {await errors}");
    }

    static List<PythonInterpreter> Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        var pyenv = Environment.GetEnvironmentVariable("PYENV_ROOT")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv");
        var versions = Path.Combine(pyenv, "versions");
        if (Directory.Exists(versions))
            folders.AddRange(Directory.GetDirectories(versions).Order().Select(found => Path.Combine(found, "bin")));
        var programs = folders
            .SelectMany(folder => _names.Select(name => Path.Combine(folder, name)))
            .Where(File.Exists)
            .DistinctBy(program => File.ResolveLinkTarget(program, true)?.FullName ?? program);
        return [.. programs.Select(Open).OfType<PythonInterpreter>().DistinctBy(python => python.Version)];
    }

    static Version? GetNumber(PythonInterpreter python) =>
        System.Version.TryParse(python.Version, out var number) ? number : null;

    static PythonInterpreter? Open(string program)
    {
        using var process = Start(program, "-c", Probe);
        var version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? new PythonInterpreter(program, version) : null;
    }

    static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
