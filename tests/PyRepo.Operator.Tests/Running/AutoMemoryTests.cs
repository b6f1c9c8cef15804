using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A server is killed for lack of memory, and gets more.</summary>
public sealed class AutoMemoryTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string DeploymentPath = "apps/v1/deployments/team-a";

    [Fact]
    public async Task A_server_that_is_killed_for_lack_of_memory_gets_more_and_keeps_it()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var operators = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await using var pod = new ScriptedServer();
        pod.Report("""{ "version": "1", "memory": { "budget": 67108864, "fullHours": 0 }, "repositories": [] }""");
        await cluster.ApplyAsync(Repository("resources: { limits: { memory: 256Mi } }"));
        await cluster.UntilThereAsync("v1/persistentvolumeclaims/team-a-data");
        await node.BindAsync("team-a-data");
        await pod.RunPodAsync(cluster, "team-a", "team-a-1");
        await ScriptedServer.SayAsync(cluster, "team-a-1", """
            , "containerStatuses": [ { "name": "server", "image": "example.com/pyrepo:1", "imageID": "x", "ready": true,
                "restartCount": 1, "state": { "running": {} },
                "lastState": { "terminated": { "reason": "OOMKilled", "exitCode": 137 } } } ]
            """);

        // It is recommended, and no pod is replaced for it.
        await Eventually.IsAsync("more is recommended", async () => await RecommendedAsync(cluster) == "384Mi");
        await cluster.UntilEventAsync("MemoryRecommended", "team-a");
        Assert.Equal("256Mi", await LimitAsync(cluster));

        await cluster.ApplyAsync(Repository("resources: { limits: { memory: 256Mi } }, autoMemory: { max: 320Mi }"));
        await UntilLimitAsync(cluster, "320Mi");
        await cluster.ApplyAsync(Repository("resources: { limits: { memory: 256Mi } }, autoMemory: { max: 1Gi }"));
        await UntilLimitAsync(cluster, "384Mi");
        await cluster.UntilEventAsync("MemoryRaised", "team-a");

        // Neither the pod that was killed nor the operator that saw it is there any more.
        await operators.DisposeAsync();
        await cluster.DeleteAsync("v1/pods/team-a-1");
        await pod.RunPodAsync(cluster, "team-a", "team-a-2");
        operators = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository(
            "resources: { limits: { memory: 256Mi } }, autoMemory: { max: 1Gi }, nodeSelector: { disk: ssd }"));
        await Eventually.IsAsync("the new template", async () =>
            (await cluster.GetAsync(DeploymentPath))!["spec"]!["template"]!["spec"]!["nodeSelector"] is not null);
        Assert.Equal("384Mi", await LimitAsync(cluster));
        Assert.Equal("384Mi", await RecommendedAsync(cluster));

        // A pod that has as much is killed, too: nobody changes the resource, and the limit rises.
        await cluster.DeleteAsync("v1/pods/team-a-2");
        await pod.RunPodAsync(cluster, "team-a", "team-a-3");
        await node.SayAvailableAsync("team-a");
        await ScriptedServer.SayAsync(cluster, "team-a-3", """
            , "containerStatuses": [ { "name": "server", "image": "example.com/pyrepo:1", "imageID": "x", "ready": true,
                "restartCount": 1, "state": { "running": {} },
                "lastState": { "terminated": { "reason": "OOMKilled", "exitCode": 137 } } } ]
            """);
        await UntilLimitAsync(cluster, "576Mi");
        var deployment = (await cluster.GetAsync(DeploymentPath))!;
        // It goes through the gate of rollouts that nobody asked for.
        Assert.NotNull(deployment["metadata"]!["annotations"]!["pyrepo.dev/rollout-started"]);
        Assert.Equal("memory", (string?)deployment["metadata"]!["annotations"]!["pyrepo.dev/rollout-cause"]);

        // No node and no quota has room for it: the pods get what they had, and the repository is not down for ever.
        await cluster.PatchAsync($"{DeploymentPath}/status", new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "ReplicaFailure",
                    ["status"] = "True",
                    ["lastTransitionTime"] = "2020-01-01T00:00:00Z",
                    ["message"] = "exceeded quota: q, requested: limits.memory=576Mi",
                }),
            },
        });
        await UntilLimitAsync(cluster, "384Mi");
        await cluster.UntilEventAsync("MemoryRefused", "team-a");

        await cluster.ApplyAsync(Repository("resources: { limits: { memory: 2Gi } }"));
        await UntilLimitAsync(cluster, "2Gi");
        await Eventually.IsAsync("nothing is recommended", async () => await RecommendedAsync(cluster) is null);
        await operators.DisposeAsync();
    }

    static string Repository(string server) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { server: { {{server}} } }
        """;

    static async Task<string?> RecommendedAsync(TestCluster cluster)
    {
        var found = (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!;
        return (string?)found["status"]?["recommendation"]?["memory"];
    }

    static Task<TimeSpan> UntilLimitAsync(TestCluster cluster, string limit) =>
        Eventually.IsAsync($"the limit is {limit}", async () => await LimitAsync(cluster) == limit);

    static async Task<string?> LimitAsync(TestCluster cluster)
    {
        var deployment = (await cluster.GetAsync(DeploymentPath))!;
        var server = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;
        return (string?)server["resources"]?["limits"]?["memory"];
    }
}
