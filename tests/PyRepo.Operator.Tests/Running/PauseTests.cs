using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class PauseTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Repository = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        """;

    [Fact]
    public async Task A_paused_repository_gets_one_status_write_and_is_repaired_when_resumed()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await MakeReadyAsync(cluster, node);

        // What it does right after the resource is ready is done: whoever pauses it then sees one write.
        await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
        var since = server.Audit.End;
        await cluster.KubectlAsync("annotate", "pythonrepository/team-a", "pyrepo.dev/paused=true");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown", "Paused");
        var reconciles = await running.ReconcilesAsync();
        await cluster.DeleteAsync("v1/services/team-a");
        await cluster.PatchAsync("apps/v1/deployments/team-a", JsonNode.Parse("""{ "spec": { "replicas": 0 } }""")!);
        await SuspendAsync(cluster, isSuspended: true);
        await running.UntilReconcilesAsync(reconciles + 2);
        await cluster.KubectlAsync("annotate", "pythonrepository/team-a", "example.com/look=again");
        await running.UntilReconcilesAsync(reconciles + 3);
        // The event that tells of it is no part of what the operator looks after.
        Assert.Equal(
            [$"patch {Plural}/status {cluster.Namespace}/team-a 200"],
            cluster.OperatorRequests(since).Where(r => r.IsWrite && r.ObjectRef?.Resource != "events")
                .Select(r => r.ToString()));

        await cluster.PatchAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a", JsonNode.Parse(
            """{ "spec": { "suspend": null }, "metadata": { "annotations": { "pyrepo.dev/paused": null } } }""")!);
        await Eventually.IsAsync("the Service", async () => await cluster.GetAsync("v1/services/team-a") is not null);
        await Eventually.IsAsync("one replica", async () => await ReplicasAsync(cluster) == 1);
    }

    [Fact]
    public async Task A_suspended_repository_has_no_pod_keeps_its_data_and_can_be_resumed()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await MakeReadyAsync(cluster, node);
        var claim = await ClaimAsync(cluster);

        await SuspendAsync(cluster, isSuspended: true);
        await Eventually.IsAsync("no replica", async () => await ReplicasAsync(cluster) == 0, () => running.Log);
        await node.EndAsync(pod);
        await node.SayAvailableAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True", "Suspended");
        Assert.Equal(claim, await ClaimAsync(cluster));

        await SuspendAsync(cluster, isSuspended: false);
        await Eventually.IsAsync("one replica", async () => await ReplicasAsync(cluster) == 1, () => running.Log);
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True", "Ready");
        Assert.Equal(claim, await ClaimAsync(cluster));
    }

    static async Task<FakePod> MakeReadyAsync(TestCluster cluster, FakeNode node)
    {
        await cluster.ApplyAsync(Repository);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        return pod;
    }

    static async Task SuspendAsync(TestCluster cluster, bool isSuspended) => await cluster.PatchAsync(
        $"pyrepo.dev/v1alpha1/{Plural}/team-a",
        new JsonObject { ["spec"] = new JsonObject { ["suspend"] = isSuspended } });

    static async Task<int> ReplicasAsync(TestCluster cluster) =>
        (int)(await cluster.GetAsync("apps/v1/deployments/team-a"))!["spec"]!["replicas"]!;

    static async Task<string?> ClaimAsync(TestCluster cluster) =>
        (string?)(await cluster.GetAsync("v1/persistentvolumeclaims/team-a-data"))?["metadata"]?["uid"];
}
