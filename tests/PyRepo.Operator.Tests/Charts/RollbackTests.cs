using System.Diagnostics;
using System.Text.RegularExpressions;
using PyRepo.Operator.Tests.Crds;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Charts;

/// <summary>
/// The chart is upgraded from one whose definitions know v1alpha1 alone, and rolled back, with the commands that
/// docs/operator.md has for an operator without rights to the cluster.
/// </summary>
[Collection(nameof(OtherDefinitions))]
public sealed partial class RollbackTests(ApiServer server) : IDisposable
{
    const string Repository = """
        apiVersion: pyrepo.dev/v1beta1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        """;

    static readonly string[] _options = ["--set", "scope=Own,crds.install=true"];
    readonly TemporaryFolder _folder = new();

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    [HelmFact]
    public async Task The_chart_can_be_rolled_back_after_the_steps_of_the_page_and_not_before()
    {
        var ns = await server.NewNamespaceAsync();
        await OtherDefinitions.BeginAsync(server, null);
        await Helm.UpgradeAsync(server, ns, await OlderChartAsync(), _options);
        await server.ApplyAsync(ns, Repository.Replace("v1beta1", "v1alpha1", StringComparison.Ordinal));
        await Helm.UpgradeAsync(server, ns, null, _options);
        Assert.Equal("v1alpha1 v1beta1", await StoredAsync());
        await OtherDefinitions.ListAsync(server, "v1beta1", ns, "pythonrepositories");
        await RunAsync("move");
        Assert.Equal("v1beta1", await StoredAsync());

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Helm.RollBackAsync(server, ns, 1));
        Assert.Contains(
            "status.storedVersions[0]: Invalid value: \"v1beta1\"", error.Message, StringComparison.Ordinal);
        await RunAsync("back");
        await RunAsync("move");
        Assert.Equal("v1alpha1", await StoredAsync());
        await Helm.RollBackAsync(server, ns, 1, "--force-conflicts");
        Assert.Equal("v1alpha1", (await server.RunKubectlAsync(
            ["get", "crd/pythonrepositories.pyrepo.dev", "-o", "jsonpath={.spec.versions[*].name}"])).MustSucceed());
        Assert.Single(await OtherDefinitions.ListAsync(server, "v1alpha1", ns, "pythonrepositories"));
        await Helm.UninstallAsync(server, ns);
    }

    async Task<string> StoredAsync() => Assert.Single((await Task.WhenAll(
        OtherDefinitions.Plurals.Select(plural => OtherDefinitions.StoredAsync(server, plural)))).Distinct());

    /// <summary>Today's chart, but for its definitions.</summary>
    async Task<string> OlderChartAsync()
    {
        var chart = _folder["chart"];
        var root = SourceTree.At("charts", "pyrepo-operator");
        foreach (var file in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(chart, Path.GetRelativePath(root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(
                copy, file.Contains("/files/crd/", StringComparison.Ordinal) ? OtherDefinitions.Before(text) : text);
        }
        return chart;
    }

    /// <summary>Runs the commands of the page, as an administrator.</summary>
    async Task RunAsync(string name)
    {
        var commands = Commands().Matches(SourceTree.Read("docs/operator.md"))
            .Single(match => match.Groups["name"].Value == name).Groups["commands"].Value;
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", commands])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["KUBECONFIG"] = server.Kubeconfig,
                ["PATH"] = $"{KubernetesPrograms.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        })!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, output + await error);
    }

    [GeneratedRegex("<!-- Run by a test: (?<name>.*?)\\. -->\n\n```sh\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands();
}
