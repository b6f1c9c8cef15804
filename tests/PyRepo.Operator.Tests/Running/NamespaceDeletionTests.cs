using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Roles;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class NamespaceDeletionTests(ApiServer server)
{
    /// <summary>This API server knows no HTTPRoutes.</summary>
    static readonly string[] _kinds =
    [
        "pythonrepositories", "proxyrepositories", "repositorygroups", "secrets", "pods",
        .. GrantedRights.GetResources("children-policy.yaml").Except(["httproutes", "volumesnapshots"]),
    ];

    [Fact]
    public async Task No_child_blocks_the_deletion_of_a_namespace_or_is_recreated_in_it()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec:
              storage: { deletionPolicy: Delete }
              ingress: { className: x, host: {{cluster.Namespace}}.example.com }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: pypi }
            spec: {}
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team-a } ], server: { replicas: 2 } }
            """);
        await node.RunAsync("all");
        await cluster.UntilAsync("repositorygroups", "all", "ServerAvailable", "True");
        foreach (var name in (string[])["team-a", "pypi", "all"])
            await cluster.UntilThereAsync($"apps/v1/deployments/{name}");
        // The API server itself protects claims.
        var held = (await AllAsync(cluster)).Where(o => (o["metadata"]!["finalizers"]?.AsArray() ?? [])
            .Any(f => (string?)f != "kubernetes.io/pvc-protection"));
        Assert.Empty(held);

        await cluster.KubectlAsync("delete", "namespace", cluster.Namespace, "--wait=false");
        // No order is promised: children may go before what owns them.
        foreach (var kind in _kinds.AsEnumerable().Reverse())
            await cluster.KubectlAsync("delete", kind, "--all", "--wait=false");
        await Eventually.IsAsync("all is gone", async () =>
            (await AllAsync(cluster)).All(o => (string?)o["kind"] == "PersistentVolumeClaim"));
        Assert.All(await AllAsync(cluster), claim => Assert.NotNull(claim["metadata"]!["deletionTimestamp"]));
        Assert.Equal("ok\n", await running.GetAsync("readyz"));
    }

    static async Task<IReadOnlyList<JsonNode>> AllAsync(TestCluster cluster) =>
    [
        .. JsonNode.Parse(await cluster.KubectlAsync("get", string.Join(',', _kinds), "-o", "json"))!["items"]!
            .AsArray().OfType<JsonNode>(),
    ];
}
