using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class ReconcileTests(ApiServer server)
{
    const string Refreshed = "pyrepo.dev/refreshed";

    /// <summary>A paused resource is reconciled only when something happens.</summary>
    const string Paused = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a, annotations: { pyrepo.dev/paused: "true" } }
        spec: {}
        """;

    [Fact]
    public async Task A_write_to_the_status_causes_no_reconcile_and_a_changed_annotation_does()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Paused);
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "Unknown", "Paused");
        Assert.Equal(1, await running.UntilReconcilesAsync(1));
        for (var change = 1; change <= 4; change++)
        {
            await cluster.PatchAsync("pyrepo.dev/v1alpha1/pythonrepositories/team-a/status", new JsonObject
            {
                ["status"] = new JsonObject { ["projects"] = change },
            });
            await cluster.AnnotateAsync(
                "pyrepo.dev/v1alpha1/pythonrepositories/team-a", "example.com/change", $"{change}");
            Assert.Equal(1 + change, await running.UntilReconcilesAsync(1 + change));
        }
    }

    [Theory]
    [InlineData("Debug", true)]
    [InlineData("Information", false)]
    public async Task Each_reconcile_is_logged_if_the_log_level_is_Debug(string level, bool isLogged)
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(
            cluster, options: ["--leader-elect", "false", "--log-level", level]);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: { server: { image: "other.example.com/pyrepo:1" } }
            """);
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "False", "ImageNotAllowed");
        await running.UntilReconcilesAsync(1);
        await running.StopAsync();
        Assert.Equal(isLogged, running.Log.Contains("Reconciled PythonRepository", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_ConfigMap_of_a_proxy_reaches_its_pods()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var authority = await File.ReadAllTextAsync(ApiServerAuthority());
        await cluster.CreateAsync("v1/configmaps", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "authorities" },
            ["data"] = new JsonObject { ["ca.crt"] = authority },
        });
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: upstream }
            spec:
              upstream:
                url: "https://pypi.example.com/simple/"
                caBundleRef: { kind: ConfigMap, name: authorities, key: ca.crt }
            """);
        await cluster.UntilAsync("proxyrepositories", "upstream", "Ready", "Unknown");
        await node.BindAsync("upstream-data");
        var pod = await node.RunAsync("upstream");
        await cluster.UntilAsync("proxyrepositories", "upstream", "Ready", "True");
        var before = await RefreshedAsync(cluster, pod);

        await cluster.PatchAsync("v1/configmaps/authorities", new JsonObject
        {
            ["data"] = new JsonObject { ["ca.crt"] = authority + authority },
        });
        var took = await Eventually.IsAsync(
            "the pod is touched", async () => await RefreshedAsync(cluster, pod) != before);
        // Without a watch it would be found by what is read again after a minute.
        Assert.True(took < TimeSpan.FromSeconds(20), $"It took {took}.");
    }

    string ApiServerAuthority() => Path.Combine(Path.GetDirectoryName(server.Kubeconfig)!, "pki", "ca.crt");

    static async Task<string?> RefreshedAsync(TestCluster cluster, FakePod pod) =>
        (string?)(await cluster.GetAsync($"v1/pods/{pod.Name}"))!["metadata"]!["annotations"]![Refreshed];
}
