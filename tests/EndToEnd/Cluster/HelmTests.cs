namespace EndToEnd.Cluster;

/// <summary>
/// The operator's chart, and a team's own that holds the three kinds: Helm waits for them by kstatus.
/// </summary>
public sealed class HelmTests : IDisposable
{
    readonly TemporaryFolder _chart = new();

    /// <inheritdoc/>
    public void Dispose() => _chart.Dispose();

    [ClusterFact]
    public async Task Helm_waits_until_the_three_kinds_are_Ready_and_no_longer()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        (await InstallAsync(ns, "team", TestRepositories.Manifest(ns, "http://nobody.test/simple/"))).MustSucceed();
        foreach (var item in TestRepositories.Names)
            Assert.Equal("True", await ns.FieldAsync(item, ".status.conditions[?(@.type=='Ready')].status"));
    }

    [ClusterFact]
    public async Task Helm_fails_if_one_of_them_cannot_become_Ready()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        (await InstallAsync(ns, "team", """
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team }
            spec:
              storage: { persistentVolumeClaim: { size: 1Gi, storageClassName: nowhere } }
            """)).MustFail().MustSay("team");
    }

    [ClusterFact]
    public async Task The_charts_own_test_passes() => (await new ProgramRun(
        "helm", "test", "pyrepo-operator", "--namespace", "pyrepo-system", KubectlTimeout.Option).RunAsync())
        .MustSucceed();

    Task<ProgramResult> InstallAsync(ClusterNamespace ns, string release, string template)
    {
        _chart.Write("Chart.yaml", "apiVersion: v2\nname: team\nversion: 0.1.0\n");
        _chart.Write(Path.Combine("templates", "resources.yaml"), template);
        return new ProgramRun(
            "helm", "install", release, _chart.Path, "--namespace", ns.Name, "--wait", KubectlTimeout.Option)
            .RunAsync();
    }
}
