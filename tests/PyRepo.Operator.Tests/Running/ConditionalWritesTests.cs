using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// A server finds that its bucket's service ignores conditional writes, and later that it heeds them.
/// </summary>
public sealed class ConditionalWritesTests(ApiServer server)
{
    const string DeploymentPath = "apps/v1/deployments/team-a";

    [Fact]
    public async Task The_Deployment_remembers_what_its_server_found_and_rolls_accordingly()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: { storage: { bucket: { name: packages, endpoint: "http://garage:3900" } } }
            """);
        await cluster.UntilThereAsync(DeploymentPath);
        using var listener = new HttpListener();
        var port = FreePort.Take();
        listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        listener.Start();
        var heeds = false;
        var answering = AnswerAsync(listener, () => heeds);
        await CreatePodAsync(cluster, port);

        await UntilStrategyAsync(cluster, "Recreate", "false");
        await cluster.UntilAsync("pythonrepositories", "team-a", "StorageReady", "True", "OneReplicaOnly");
        heeds = true;
        await UntilStrategyAsync(cluster, "RollingUpdate", null);
        // Not Stop: the disposal after it would listen again for a moment, on a port that may be taken by then.
        listener.Close();
        await answering;
    }

    static Task<TimeSpan> UntilStrategyAsync(TestCluster cluster, string strategy, string? mark) =>
        Eventually.IsAsync($"{strategy} and {mark}", async () =>
        {
            var deployment = (await cluster.GetAsync(DeploymentPath))!;
            return (string?)deployment["spec"]!["strategy"]!["type"] == strategy
                && (string?)deployment["metadata"]!["annotations"]!["pyrepo.dev/conditional-writes"] == mark;
        });

    static async Task CreatePodAsync(TestCluster cluster, int port)
    {
        var deployment = (await cluster.GetAsync(DeploymentPath))!;
        await cluster.CreateAsync("v1/pods", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "team-a-1",
                ["labels"] = deployment["spec"]!["template"]!["metadata"]!["labels"]!.DeepClone(),
                ["annotations"] = deployment["spec"]!["template"]!["metadata"]!["annotations"]!.DeepClone(),
            },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "server",
                    ["image"] = "example.com/pyrepo:1",
                    ["ports"] = new JsonArray(new JsonObject { ["name"] = "management", ["containerPort"] = port }),
                }),
            },
        });
        await cluster.PatchAsync("v1/pods/team-a-1/status", JsonNode.Parse("""
            { "status": { "phase": "Running", "podIP": "127.0.0.1", "conditions": [ { "type": "Ready", "status": "True" } ] } }
            """)!);
    }

    static async Task AnswerAsync(HttpListener listener, Func<bool> heeds)
    {
        try
        {
            while (await listener.GetContextAsync() is { } context)
            {
                var storage =
                    $$"""{ "conditionalWrites": {{(heeds() ? "true" : "false")}}, "code": null, "message": null }""";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""
                    { "version": "1", "repositories": [
                        { "kind": "PythonRepository", "name": "team-a", "ready": true, "storage": {{storage}} } ] }
                    """));
                context.Response.Close();
            }
        }
        catch (Exception) when (!listener.IsListening)
        {
            // It was stopped, while it waited or before.
        }
    }
}
