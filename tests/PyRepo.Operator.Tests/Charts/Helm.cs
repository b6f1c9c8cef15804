using System.Diagnostics;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Charts;

/// <summary>Helm, of the test assets' part <c>tools</c>, and the chart.</summary>
static class Helm
{
    static readonly Lazy<string> _program = new(Unpack);

    /// <summary>Why tests are skipped that need it and an API server; null: they are not.</summary>
    public static string? Reason =>
        !KubernetesPrograms.AreThere ? KubernetesPrograms.Missing
        : Assets.Find("tools") is null ? Assets.Missing
        : null;

    /// <summary>The manifests of the chart, for a release in a namespace.</summary>
    public static async Task<string> RenderAsync(string ns, params IReadOnlyList<string> options)
    {
        using var process = Process.Start(new ProcessStartInfo(
            _program.Value,
            ["template", "pyrepo-operator", SourceTree.At("charts", "pyrepo-operator"), "--namespace", ns, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await error);
    }

    static string Unpack()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Assets.PathOf("unpack.sh"), ["tools"]) { RedirectStandardOutput = true })!;
        return Path.Combine(process.StandardOutput.ReadToEnd().Trim(), "helm");
    }
}
