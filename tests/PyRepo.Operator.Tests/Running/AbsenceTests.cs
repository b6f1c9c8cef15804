using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Collection(nameof(WholeCluster))]
public sealed class AbsenceTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Deployment = "apps/v1/deployments/team-a";

    static readonly string[] _deleted =
    [
        "v1/services/team-a", "v1/configmaps/team-a-config", "v1/serviceaccounts/team-a-server",
        "v1/secrets/pyrepo-signing-key",
    ];

    [Fact]
    public async Task Changes_made_while_the_operator_was_down_are_repaired_without_restarting_a_pod()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        FakePod pod;
        await using (var first = await OperatorProcess.StartAsync(cluster))
        {
            await cluster.ApplyAsync(Repository(overwrite: "Never"));
            await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
            await node.BindAsync("team-a-data");
            pod = await node.RunAsync("team-a");
            await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
            Assert.Equal(0, await first.StopAsync());
        }
        var before = (await cluster.GetAsync(Deployment))!;

        foreach (var path in _deleted)
            await cluster.DeleteAsync(path);
        await cluster.ApplyAsync(Repository(overwrite: "Always"));
        await cluster.PatchAsync(Deployment, JsonNode.Parse("""{ "spec": { "revisionHistoryLimit": 99 } }""")!);
        using var http = new HttpClient();
        using var served = await http.GetAsync(new Uri(pod.Url, "simple/"));
        Assert.True(served.IsSuccessStatusCode, "The server serves meanwhile.");

        await using var second = await OperatorProcess.StartAsync(cluster);
        foreach (var path in _deleted)
            await Eventually.IsAsync(path, async () => await cluster.GetAsync(path) is not null, () => second.Log);
        await Eventually.IsAsync("the new spec is in force", async () =>
        {
            var resource = (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!;
            return (long?)resource["status"]!["observedGeneration"] == 2;
        }, () => second.Log);
        await node.SayAvailableAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        var after = (await cluster.GetAsync(Deployment))!;
        Assert.Equal(before["metadata"]!["uid"]!.ToJsonString(), after["metadata"]!["uid"]!.ToJsonString());
        Assert.Equal(before["spec"]!.ToJsonString(), after["spec"]!.ToJsonString());
        Assert.Equal(pod.Uid, (string?)(await cluster.GetAsync($"v1/pods/{pod.Name}"))!["metadata"]!["uid"]);
    }

    [Fact]
    public async Task A_replaced_control_plane_node_changes_platform_json_alone_and_leaves_Ready_True()
    {
        const string Proxies = "proxyrepositories", Configuration = "v1/configmaps/pypi-config";
        const string Server = "apps/v1/deployments/pypi";
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await SayApiServerAsync("192.0.2.1");
        await using (var first = await OperatorProcess.StartAsync(cluster, wholeCluster: true))
        {
            await cluster.ApplyAsync("""
                apiVersion: pyrepo.dev/v1alpha1
                kind: ProxyRepository
                metadata: { name: pypi }
                spec: { upstream: { url: "https://upstream.example.com/simple/" } }
                """);
            await node.BindAsync("pypi-data");
            await node.RunAsync("pypi");
            await cluster.UntilAsync(Proxies, "pypi", "Ready", "True");
            Assert.Equal(0, await first.StopAsync());
        }
        var before = (await cluster.GetAsync(Configuration))!["data"]!;
        Assert.Contains("192.0.2.1:6443", (string?)before["platform.json"], StringComparison.Ordinal);
        var deployment = (await cluster.GetAsync(Server))!["metadata"]!["generation"]!.ToJsonString();

        await SayApiServerAsync("192.0.2.2");
        var since = server.Audit.End;
        await using var history = await ResourceHistory.FollowAsync(cluster, Proxies);
        await using var second = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        JsonNode after = before;
        await Eventually.IsAsync("the new address", async () =>
            ((string?)(after = (await cluster.GetAsync(Configuration))!["data"]!)["platform.json"])!.Contains(
                "192.0.2.2:6443", StringComparison.Ordinal), () => second.Log);
        await second.ReconcileAgainAsync(cluster, "v1/services/pypi");
        await server.RunKubectlAsync(["delete", "--namespace=default", "endpointslices/kubernetes"]);

        foreach (var (file, text) in before.AsObject().Where(file => file.Key != "platform.json"))
            Assert.Equal((string?)text, (string?)after[file]);
        Assert.Equal(deployment, (await cluster.GetAsync(Server))!["metadata"]!["generation"]!.ToJsonString());
        var writes = cluster.OperatorRequests(since).Where(request => request.IsWrite).ToList();
        Assert.All(writes, request => Assert.Contains(request.ObjectRef?.Resource, (string?[])["configmaps", Proxies]));
        Assert.All(history.Versions, version => Assert.Equal("True", (string?)version["status"]!["conditions"]!
            .AsArray()
            .Single(condition => (string?)condition!["type"] == "Ready")!["status"]));
    }

    /// <summary>As the API server does where it has an address that pods can reach.</summary>
    async Task SayApiServerAsync(string address) => (await server.RunKubectlAsync(["apply", "-f", "-"], $$"""
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: kubernetes, namespace: default, labels: { kubernetes.io/service-name: kubernetes } }
        addressType: IPv4
        endpoints: [ { addresses: [ {{address}} ] } ]
        ports: [ { name: https, port: 6443, protocol: TCP } ]
        """)).MustSucceed();

    static string Repository(string overwrite) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { uploads: { overwrite: {{overwrite}} } }
        """;
}
