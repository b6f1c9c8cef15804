using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class LifeOfAResourceTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Repository = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        """;

    [Fact]
    public async Task A_repository_becomes_ready_when_its_server_answers_and_is_not_written_again()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        await cluster.KubectlAsync("wait", "--for=condition=Ready", "pythonrepository/team-a", "--timeout=10s");

        var since = server.Audit.End;
        await cluster.KubectlAsync("annotate", "deployment/team-a", "somebody=looked");
        await Eventually.IsAsync("a reconcile",
            async () => (await running.GetAsync("metrics"))!.Contains("reconcile_total", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.OperatorRequests(since), request => request.IsWrite);
    }

    [Fact]
    public async Task A_deleted_or_changed_child_is_restored()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository);
        await Eventually.IsAsync("the Service", async () => await cluster.GetAsync("v1/services/team-a") is not null);
        await cluster.DeleteAsync("v1/services/team-a");
        var back = await Eventually.IsAsync(
            "the Service again", async () => await cluster.GetAsync("v1/services/team-a") is not null);
        Assert.True(back < TimeSpan.FromSeconds(5), $"It took {back}.");

        await cluster.PatchAsync("apps/v1/deployments/team-a", new JsonObject
        {
            ["spec"] = new JsonObject { ["strategy"] = new JsonObject { ["type"] = "RollingUpdate" } },
            ["metadata"] =
                new JsonObject { ["annotations"] = new JsonObject { ["mesh.example.com/injected"] = "true" } },
        });
        await Eventually.IsAsync("the strategy again", async () =>
            (string?)(await cluster.GetAsync(
                "apps/v1/deployments/team-a"))!["spec"]!["strategy"]!["type"] == "Recreate");
        Assert.Equal("true", (string?)(await cluster.GetAsync(
            "apps/v1/deployments/team-a"))!["metadata"]!["annotations"]!["mesh.example.com/injected"]);
    }
}
