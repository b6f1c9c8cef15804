using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// After a restart in a namespace with too many resources, the specs of the oldest ones are not known at first: a list
/// has them last.
/// </summary>
[Collection(nameof(WholeCluster))]
public sealed class UnreadSpecTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Resource = $"pyrepo.dev/v1alpha1/{Plural}/zzz";
    const string Registry = "v1/configmaps/pyrepo-hosts";

    [Fact]
    public async Task A_host_stays_with_its_namespace_until_all_specs_are_read_and_none_names_it()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var host = await OverfillAsync(cluster);
        await using var running = await StartAsync(cluster);
        await running.UntilReconcilesAsync(3);
        await running.ReconcileAgainAsync(cluster, $"pyrepo.dev/v1alpha1/{Plural}/a");
        await AssertKeptAsync(cluster, host);

        await cluster.DeleteAsync(Resource);
        await Eventually.IsAsync("the host is free", async () => await LineAsync(host) is null, () => running.Log);
    }

    [Fact]
    public async Task A_host_stays_with_a_resource_that_a_foreign_finalizer_keeps()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var host = await OverfillAsync(cluster);
        await cluster.PatchAsync(Resource, new JsonObject
        {
            ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray("example.com/keep") },
        });
        await cluster.DeleteAsync(Resource);
        await using var running = await StartAsync(cluster);
        await running.UntilReconcilesAsync(3);
        await running.ReconcileAgainAsync(cluster, $"pyrepo.dev/v1alpha1/{Plural}/a");
        await AssertKeptAsync(cluster, host);

        await cluster.PatchAsync(Resource, new JsonObject
        {
            ["metadata"] = new JsonObject { ["finalizers"] = null },
        });
        await Eventually.IsAsync("the host is free", async () => await LineAsync(host) is null, () => running.Log);
    }

    TestCluster SystemCluster => new(server, "pyrepo-system");

    /// <summary>Makes three resources where two may be. The oldest has a host, and comes last in a list.</summary>
    async Task<string> OverfillAsync(TestCluster cluster)
    {
        var host = $"{cluster.Namespace}.example.com";
        await using var running = await StartAsync(cluster);
        await cluster.ApplyAsync(Repository("zzz", $"ingress: {{ className: any, host: {host} }}"));
        await cluster.UntilThereAsync("networking.k8s.io/v1/ingresses/zzz");
        var createdAt = await CreatedAtAsync(cluster, Resource);
        await Eventually.IsAsync("the API server's clock went on", async () =>
        {
            var map = $"probe-{Guid.NewGuid():N}";
            await cluster.KubectlAsync("create", "configmap", map);
            return await CreatedAtAsync(cluster, $"v1/configmaps/{map}") != createdAt;
        });
        await cluster.ApplyAsync(Repository("a"));
        await cluster.UntilThereAsync("v1/services/a");
        await cluster.ApplyAsync(Repository("b"));
        await cluster.UntilAsync(Plural, "b", "Ready", "False", "TooManyResources");
        Assert.Equal(cluster.Namespace, await LineAsync(host));
        await running.KillAsync();
        return host;
    }

    async Task AssertKeptAsync(TestCluster cluster, string host)
    {
        Assert.Equal(cluster.Namespace, await LineAsync(host));
        Assert.DoesNotContain(await SystemCluster.ListAsync("events.k8s.io/v1/events"), e =>
            (string?)e["reason"] is "HostReleased" or "HostUnused"
            && ((string?)e["note"])!.Contains(host, StringComparison.Ordinal));
    }

    async Task<string?> LineAsync(string host) => (string?)(await SystemCluster.GetAsync(Registry))?["data"]?[host];

    static async Task<string?> CreatedAtAsync(TestCluster cluster, string path) =>
        (string?)(await cluster.GetAsync(path))!["metadata"]!["creationTimestamp"];

    static Task<OperatorProcess> StartAsync(TestCluster cluster) => OperatorProcess.StartAsync(
        cluster, """, "maxResourcesPerNamespace": 2, "ingress": { "holdHostsFor": "0s" }""", wholeCluster: true);

    static string Repository(string name, string spec = "") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: { {{spec}} }
        """;
}
