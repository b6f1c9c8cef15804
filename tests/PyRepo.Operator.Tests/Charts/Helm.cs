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

    static string Chart => SourceTree.At("charts", "pyrepo-operator");

    /// <summary>The manifests of the chart, for a release in a namespace.</summary>
    public static Task<string> RenderAsync(string ns, params IReadOnlyList<string> options) =>
        RunAsync(["template", "pyrepo-operator", Chart, "--namespace", ns, .. options]);

    /// <summary>Installs the chart in a namespace, as the administrator.</summary>
    public static Task InstallAsync(ApiServer server, string ns, params IReadOnlyList<string> options) => RunAsync(
        ["install", "pyrepo-operator", Chart, "--namespace", ns, "--kubeconfig", server.Kubeconfig, .. options]);

    /// <summary>Installs a chart of another folder, or upgrades to it.</summary>
    public static Task UpgradeAsync(
        ApiServer server, string ns, string? chart, params IReadOnlyList<string> options) => RunAsync(
        [
            "upgrade", "--install", "pyrepo-operator", chart ?? Chart, "--namespace", ns, "--kubeconfig",
            server.Kubeconfig, .. options,
        ]);

    /// <summary>Goes back to a revision.</summary>
    public static Task RollBackAsync(
        ApiServer server, string ns, int revision, params IReadOnlyList<string> options) => RunAsync(
        [
            "rollback", "pyrepo-operator", $"{revision}", "--namespace", ns, "--kubeconfig", server.Kubeconfig,
            .. options,
        ]);

    /// <summary>Uninstalls what is installed in a namespace, if anything is.</summary>
    public static Task UninstallAsync(ApiServer server, string ns) => RunAsync(
        ["uninstall", "pyrepo-operator", "--namespace", ns, "--ignore-not-found", "--kubeconfig", server.Kubeconfig]);

    static async Task<string> RunAsync(IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(_program.Value, arguments)
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
            new ProcessStartInfo(Assets.GetPath("unpack.sh"), ["tools"]) { RedirectStandardOutput = true })!;
        return Path.Combine(process.StandardOutput.ReadToEnd().Trim(), "helm");
    }
}
