using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Roles;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class ChildRepairTests(ApiServer server)
{
    const string Settings = """
        , "networkPolicy": { "enabled": true }, "ingress": { "hosts": { "*": ["*.example.com"] } }
        """;

    /// <summary>A group of two pods has a child of every kind but those that hold data.</summary>
    const string Group = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team-a } ]
          server: { replicas: 2 }
          ingress: { host: all.example.com }
        """;

    /// <summary>Without a watch it would take minutes. A busy machine alone takes some seconds.</summary>
    static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    /// <summary>Each child, and what somebody does to it.</summary>
    static readonly (string Path, string Change)[] _children =
    [
        ("v1/serviceaccounts/all-server", """{ "automountServiceAccountToken": true }"""),
        ("v1/configmaps/all-config", """{ "data": { "resource.yaml": "kind: Other" } }"""),
        ("v1/services/all", """{ "spec": { "selector": { "pyrepo.dev/name": "other" } } }"""),
        ("apps/v1/deployments/all",
            """{ "spec": { "replicas": 5, "template": { "spec": { "serviceAccountName": "other" } } } }"""),
        ("networking.k8s.io/v1/ingresses/all", """{ "spec": { "rules": [ { "host": "other.example.com" } ] } }"""),
        ("policy/v1/poddisruptionbudgets/all", """{ "spec": { "maxUnavailable": null, "minAvailable": 2 } }"""),
        ("networking.k8s.io/v1/networkpolicies/all", """{ "spec": { "ingress": [ {} ] } }"""),
    ];

    static readonly (string Path, string Change)[] _selectors =
    [
        ("v1/services/all", """{ "spec": { "selector": { "foo": "bar" } } }"""),
        ("policy/v1/poddisruptionbudgets/all", """{ "spec": { "selector": { "matchLabels": { "foo": "bar" } } } }"""),
        ("networking.k8s.io/v1/networkpolicies/all",
            """{ "spec": { "podSelector": { "matchExpressions": [ { "key": "foo", "operator": "Exists" } ] } } }"""),
    ];

    /// <summary>Claims and Jobs are not put back, and HTTPRoutes are tried in <see cref="RouteTests"/>.</summary>
    [Fact]
    public void Each_kind_of_child_is_tried() => Assert.Equal(
        GrantedRights.GetResources("children-policy.yaml")
            .Except(["persistentvolumeclaims", "jobs", "httproutes", "volumesnapshots"]).Order(),
        _children.Select(child => child.Path.Split('/')[^2]).Order());

    [Fact]
    public async Task Each_deleted_child_is_soon_recreated()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, Settings);
        await MakeGroupAsync(cluster);
        foreach (var (path, _) in _children)
        {
            var uid = (string?)(await cluster.GetAsync(path))!["metadata"]!["uid"];
            await cluster.DeleteAsync(path);
            var took = await Eventually.IsAsync($"{path} again", async () =>
                await cluster.GetAsync(path) is { } live && (string?)live["metadata"]!["uid"] != uid,
                () => running.Log);
            Assert.True(took < _soon, $"{path} took {took}.");
        }
    }

    [Fact]
    public async Task Each_changed_child_is_soon_restored_and_foreign_additions_are_kept()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, Settings);
        await MakeGroupAsync(cluster);
        foreach (var (path, change) in _children)
        {
            await cluster.PatchAsync(path, JsonNode.Parse(
                """{ "metadata": { "annotations": { "mesh.example.com/injected": "true" } } }""")!);
            var before = Content(await cluster.GetAsync(path));
            await cluster.PatchAsync(path, JsonNode.Parse(change)!);
            var live = "";
            var took = await Eventually.IsAsync($"{path} as before", async () =>
                (live = Content(await cluster.GetAsync(path))) == before,
                () => $"It was\n{before}\nand is\n{live}\n{running.Log}");
            Assert.True(took < _soon, $"{path} took {took}.");
            Assert.Contains("mesh.example.com/injected", live, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_selector_with_foreign_additions_is_restored()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, Settings);
        await MakeGroupAsync(cluster);
        foreach (var (path, change) in _selectors)
        {
            var before = Content(await cluster.GetAsync(path));
            Assert.NotEqual(before, Content(await cluster.PatchAsync(path, JsonNode.Parse(change)!)));
            var took = await Eventually.IsAsync(
                $"{path} as before", async () => Content(await cluster.GetAsync(path)) == before, () => running.Log);
            Assert.True(took < _soon, $"{path} took {took}.");
        }
    }

    [Fact]
    public async Task An_immutable_ConfigMap_does_not_prevent_repairs()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, Settings);
        await MakeGroupAsync(cluster);
        await cluster.PatchAsync("v1/configmaps/all-config", JsonNode.Parse("""{ "immutable": true }""")!);
        await cluster.ApplyAsync(Group.Replace("name: team-a", "name: team-b", StringComparison.Ordinal));
        await Eventually.IsAsync("the new document", async () =>
            (await cluster.GetAsync("v1/configmaps/all-config"))?["data"]!.ToJsonString()
                .Contains("team-b", StringComparison.Ordinal) is true, () => running.Log);
    }

    [Fact]
    public async Task A_child_whose_labels_are_removed_gets_them_back()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, Settings);
        await MakeGroupAsync(cluster);
        foreach (var (path, _) in _children)
        {
            var before = Content(await cluster.GetAsync(path));
            await cluster.PatchAsync(path, JsonNode.Parse(
                """{ "metadata": { "labels": { "pyrepo.dev/kind": null, "pyrepo.dev/name": null } } }""")!);
            var took = await Eventually.IsAsync(
                $"{path} as before", async () => Content(await cluster.GetAsync(path)) == before, () => running.Log);
            Assert.True(took < _soon, $"{path} took {took}.");
        }
    }

    [Fact]
    public async Task Scaling_the_resource_scales_its_Deployment()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, Settings);
        await MakeGroupAsync(cluster);
        await cluster.KubectlAsync("scale", "repositorygroup/all", "--replicas=4");
        await Eventually.IsAsync("four replicas", async () =>
            (int)(await cluster.GetAsync("apps/v1/deployments/all"))!["spec"]!["replicas"]! == 4, () => running.Log);
        await cluster.KubectlAsync("scale", "repositorygroup/all", "--replicas=1");
        await Eventually.IsAsync("no PodDisruptionBudget", async () =>
            await cluster.GetAsync("policy/v1/poddisruptionbudgets/all") is null, () => running.Log);
    }

    static async Task MakeGroupAsync(TestCluster cluster)
    {
        await cluster.ApplyAsync(Group);
        foreach (var (path, _) in _children)
            await Eventually.IsAsync(path, async () => await cluster.GetAsync(path) is not null);
    }

    /// <summary>All but what each write changes.</summary>
    static string Content(JsonNode? live)
    {
        var metadata = live!["metadata"]!.AsObject();
        foreach (var name in (string[])["resourceVersion", "generation", "managedFields"])
            metadata.Remove(name);
        return live.ToJsonString();
    }
}
