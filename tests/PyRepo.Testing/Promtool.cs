using System.Diagnostics;

namespace PyRepo.Testing;

/// <summary>
/// Prometheus' own programs: those on the <c>PATH</c>, or those that <c>./dev test unit</c> fetches into
/// <c>artifacts/prometheus</c>.
/// </summary>
public static class Promtool
{
    /// <summary>Why tests are skipped, or null if it is there.</summary>
    public static string? Missing { get; } = Find("promtool") is null
        ? "promtool is missing: ./dev test unit fetches Debian's package prometheus." : null;

    /// <summary>The path of a program, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append(SourceTree.At("artifacts", "prometheus", "usr", "bin"))
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs promtool.</summary>
    /// <returns>The exit status, and all that it said.</returns>
    public static async Task<(int Status, string Output)> RunAsync(string? input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Find("promtool")!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
