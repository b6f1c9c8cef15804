using EndToEnd.Clients;
using EndToEnd.Cluster;

namespace EndToEnd.GitOps;

/// <summary>The chart and the resources from Git, by a real Argo CD.</summary>
[Collection(nameof(Alone))]
public sealed class ArgoCdTests(ArgoCd argo) : IClassFixture<ArgoCd>
{
    [ClusterFact]
    public async Task The_chart_and_the_resources_become_Synced_and_Healthy_in_one_go()
    {
        await ArgoCd.UntilHealthyAsync();
        foreach (var (kind, name) in
            new[] { ("PythonRepository", "team"), ("ProxyRepository", "mirror"), ("RepositoryGroup", "all") })
        {
            Assert.Equal("Healthy", (string?)(await ArgoCd.ResourceAsync(kind, name))!["health"]!["status"]);
            Assert.Equal("True", await ReadyAsync($"{kind.ToLowerInvariant()}/{name}", "status"));
        }
    }

    [ClusterFact]
    public async Task A_resource_that_cannot_become_ready_is_Degraded_with_the_operators_message_until_fixed()
    {
        await ArgoCd.UntilHealthyAsync();
        var missing = $"missing-{Guid.NewGuid():N}"[..16];
        argo.Git.Write("broken.yaml", Resources.Repository(
            "broken", $"storage: {{ persistentVolumeClaim: {{ size: 1Gi, storageClassName: {missing} }} }}"));
        await argo.Git.CommitAsync("A class that is not there");
        await ArgoCd.RefreshAsync();
        await Eventually.IsAsync("it is Degraded", async () =>
            (string?)(await ArgoCd.ResourceAsync("PythonRepository", "broken"))?["health"]?["status"] == "Degraded");
        var sentence = (string?)(await ArgoCd.ResourceAsync("PythonRepository", "broken"))!["health"]!["message"];
        Assert.Contains(missing, sentence, StringComparison.Ordinal);
        Assert.Equal(await ReadyAsync("pythonrepository/broken", "message"), sentence);

        using var files = new TemporaryFolder();
        await Kubectl.AskAsync("apply", "-f", files.Write("class.yaml", $$"""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: { name: {{missing}} }
            provisioner: example.org/directory
            """));
        await ArgoCd.UntilHealthyAsync();
        Assert.Equal(
            "Healthy", (string?)(await ArgoCd.ResourceAsync("PythonRepository", "broken"))!["health"]!["status"]);
        argo.Git.Remove("broken.yaml");
        await argo.CommitAsync("Without it");
        await Kubectl.AskAsync("delete", "storageclass", missing);
    }

    [ClusterFact]
    public async Task Status_scaling_by_an_autoscaler_and_a_restart_of_the_operator_cause_no_sync()
    {
        await ArgoCd.UntilHealthyAsync();
        var before = (await ArgoCd.StatusAsync())["history"]!.AsArray().Count;
        await Kubectl.AskAsync(
            "autoscale", "-n", Resources.Namespace, "repositorygroup/all", "--min=2", "--max=3", "--cpu=80%");
        await Kubectl.AskAsync("wait", "-n", Resources.Namespace, "--for=jsonpath={.status.readyReplicas}=2",
            "deployment/all", KubectlTimeout.Option);
        await Kubectl.AskAsync("rollout", "restart", "-n", "pyrepo-system", "deployment/pyrepo-operator");
        await Kubectl.AskAsync(
            "rollout", "status", "-n", "pyrepo-system", "deployment/pyrepo-operator", KubectlTimeout.Option);
        await ArgoCd.RefreshAsync();
        await Eventually.IsAsync("Argo CD has looked", async () =>
            await Kubectl.AskAsync("get", "-n", "argocd", "application/packages", "-o",
                "jsonpath={.metadata.annotations.argocd\\.argoproj\\.io/refresh}") == "");
        await ArgoCd.UntilHealthyAsync();
        Assert.Equal("2", await Kubectl.AskAsync(
            "get", "-n", Resources.Namespace, "repositorygroup/all", "-o", "jsonpath={.status.replicas}"));
        Assert.Equal(before, (await ArgoCd.StatusAsync())["history"]!.AsArray().Count);
        await Kubectl.AskAsync("delete", "-n", Resources.Namespace, "hpa", "--all");
    }

    /// <summary>Git has v1alpha1, and somebody has that stored: Argo CD heals the definition, the operator moves.</summary>
    [ClusterFact]
    public async Task Resources_of_the_older_version_stay_Synced_when_they_are_stored_in_the_newer_one()
    {
        await ArgoCd.UntilHealthyAsync();
        var before = await PodsAsync("team");
        await Kubectl.AskAsync("patch", Definition, "--type=json", "-p", """
            [{"op":"replace","path":"/spec/versions/0/storage","value":true},
             {"op":"replace","path":"/spec/versions/1/storage","value":false}]
            """);
        Assert.Equal("v1beta1 v1alpha1", await StoredAsync());
        await Kubectl.AskAsync(
            "annotate", "-n", Resources.Namespace, "pythonrepository/team", "example.com/stored=before", "--overwrite");
        await ArgoCd.RefreshAsync();
        await Eventually.IsAsync("Argo CD has healed the definition", "v1beta1", () => Kubectl.AskAsync(
            "get", Definition, "-o", "jsonpath={.spec.versions[?(@.storage==true)].name}"));
        // Its leader looks when it begins to lead.
        await Kubectl.AskAsync("rollout", "restart", "-n", "pyrepo-system", "deployment/pyrepo-operator");
        await Eventually.IsAsync("the operator has moved what is stored", "v1beta1", StoredAsync);
        await ArgoCd.RefreshAsync();
        await ArgoCd.UntilHealthyAsync();
        foreach (var (kind, name) in
            new[] { ("PythonRepository", "team"), ("ProxyRepository", "mirror"), ("RepositoryGroup", "all") })
        {
            var shown = await ArgoCd.ResourceAsync(kind, name);
            Assert.Equal("v1alpha1", (string?)shown!["version"]);
            Assert.Equal("Synced", (string?)shown["status"]);
            Assert.Equal("Healthy", (string?)shown["health"]!["status"]);
        }
        Assert.Equal(before, await PodsAsync("team"));
    }

    [ClusterFact]
    public async Task A_commit_that_changes_lifetimes_rolls_no_pod()
    {
        await ArgoCd.UntilHealthyAsync();
        var before = await PodsAsync("mirror");
        argo.Git.Write("three.yaml", Resources.Three.Replace(
            "  storage: { ephemeral: {} }", "  storage: { ephemeral: {} }\n  cache: { projectTtl: 2m }",
            StringComparison.Ordinal));
        await argo.CommitAsync("Other lifetimes");
        Assert.Equal("2m", await Kubectl.AskAsync(
            "get", "-n", Resources.Namespace, "proxyrepository/mirror", "-o", "jsonpath={.spec.cache.projectTtl}"));
        Assert.Equal(before, await PodsAsync("mirror"));
        argo.Git.Write("three.yaml", Resources.Three);
        await argo.CommitAsync("As before");
    }

    [ClusterFact]
    public async Task Pruning_keeps_the_data_and_reverting_the_commit_brings_the_same_bytes_back()
    {
        await ArgoCd.UntilHealthyAsync();
        argo.Git.Write("kept.yaml", Resources.Repository(
            "kept",
            "storage: { persistentVolumeClaim: { size: 1Gi } }, ingress: { host: packages.pyrepo.test, path: /kept }"));
        await argo.CommitAsync("A repository");
        var wheel = TestWheel.Module("acme-lib", "1.0", "value = 'kept'\n");
        (await TwineUpload.RunAsync(
            new("http://packages.pyrepo.test/kept/"), await Kubectl.PasswordAsync(Resources.Namespace, "kept"), wheel))
            .MustSucceed();

        argo.Git.Remove("kept.yaml");
        await argo.Git.CommitAsync("Without it");
        await ArgoCd.RefreshAsync();
        await Eventually.IsAsync("it is pruned", "", async () => await Kubectl.AskAsync(
            "get", "-n", Resources.Namespace, "pythonrepository/kept", "--ignore-not-found", "-o", "name"));
        await ArgoCd.UntilHealthyAsync(await argo.Git.RevertAsync());
        using var home = new ClientHome();
        (await home.RunAsync("pip", "download", "--no-deps", "--trusted-host", "packages.pyrepo.test",
            "--index-url", "http://packages.pyrepo.test/kept/simple/", "--dest", home.New("files"), "acme-lib"))
                .MustSucceed();
        Assert.Equal(wheel.Bytes, await File.ReadAllBytesAsync(home.New(Path.Combine("files", wheel.FileName))));
    }

    const string Definition = "crd/pythonrepositories.pyrepo.dev";

    static Task<string> StoredAsync() =>
        Kubectl.AskAsync("get", Definition, "-o", "jsonpath={.status.storedVersions[*]}");

    static Task<string> ReadyAsync(string item, string field) => Kubectl.AskAsync(
        "get", "-n", Resources.Namespace, item, "-o", $"jsonpath={{.status.conditions[?(@.type=='Ready')].{field}}}");

    static Task<string> PodsAsync(string name) => Kubectl.AskAsync(
        "get", "pods", "-n", Resources.Namespace, "-l", $"pyrepo.dev/name={name}", "-o",
        "jsonpath={.items[*].metadata.uid}");
}
