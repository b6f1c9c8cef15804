using EndToEnd.Cluster;

namespace EndToEnd.FromEmpty;

/// <summary>Other ways to install the operator, and to remove it.</summary>
[Collection(nameof(Alone))]
public sealed class InstallationTests : IAsyncLifetime
{
    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is null)
            await EmptyCluster.MakeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => InitializeAsync();

    [ClusterFact]
    public async Task One_line_of_kubectl_installs_the_operator_too()
    {
        await Kubectl.AskAsync("apply", "-k", SourceTree.At("config"));
        await Kubectl.AskAsync(
            "rollout", "status", "-n", "pyrepo-system", "deployment/pyrepo-operator", KubectlTimeout.Option);
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Team(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
    }

    [ClusterFact]
    public async Task Data_survives_the_removal_of_the_operator_and_its_kinds_and_a_new_installation_finds_it()
    {
        await EmptyCluster.InstallAsync();
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Team(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/");
        var password = await ns.PasswordAsync("team");
        await ns.UploadAsync("/", password, TestWheel.Module("acme-lib", "1.0", "value = 'kept'\n"));
        var page = await PageAsync(ns);

        (await new ProgramRun("helm", "uninstall", "pyrepo-operator", "--namespace", "pyrepo-system", "--wait")
            .RunAsync()).MustSucceed();
        Assert.Equal(page, await PageAsync(ns));
        Assert.Equal(
            "pythonrepository.pyrepo.dev/team", await ns.KubectlAsync("get", "pythonrepository", "-o", "name"));

        await Kubectl.AskAsync("delete", "-f", SourceTree.At("config", "crd"));
        // Kubernetes' garbage collector misses the end of a resource whose kind goes with it, if it is just looking for
        // new kinds. What it may have left is removed as its users do it: all but the data.
        await ns.KubectlAsync(
            "delete", "deployment,service,ingress,configmap,serviceaccount", "-l", "pyrepo.dev/name=team",
            "--ignore-not-found");
        await EmptyCluster.InstallAsync();
        await ns.ApplyAsync(Team(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/acme-lib/");
        Assert.Equal(page, await PageAsync(ns));
        Assert.Equal(password, await ns.PasswordAsync("team"));
    }

    /// <summary>The page of what was uploaded, the hash of its bytes in it.</summary>
    static async Task<string> PageAsync(ClusterNamespace ns)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(ns.Url("/simple/acme-lib/"));
    }

    static string Team(ClusterNamespace ns) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}} }
        """;
}
