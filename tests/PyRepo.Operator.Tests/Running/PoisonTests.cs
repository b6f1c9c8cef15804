using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Operator.Manifests;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Collection(ApiServer.Collection)]
public sealed class PoisonTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    /// <summary>No server says this; an operator that reads it fails.</summary>
    const string OddAnswer = """{ "repositories": [null] }""";

    const string Address = "127.99.99.99";

    [ClusterFact]
    public async Task A_resource_at_which_the_operator_fails_says_so_and_holds_up_no_other()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var odd = await StartOddServerAsync();
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository("poison"));
        await cluster.UntilAsync(Plural, "poison", "Ready", "Unknown");
        await MakePodAsync(cluster, "poison", new Uri(odd.Urls.Single()).Port);
        await cluster.UntilAsync(Plural, "poison", "Ready", "False", "ReconcileFailed");
        await cluster.UntilAsync(Plural, "poison", "Stalled", "True", "ReconcileFailed");
        await Eventually.IsAsync("the event", async () =>
            (await cluster.GetAsync("events.k8s.io/v1/events"))!["items"]!.AsArray()
                .Any(e => (string?)e!["reason"] == "ReconcileFailed" && (string?)e["type"] == "Warning"));

        await cluster.ApplyAsync(Repository("healthy"));
        await Eventually.IsAsync(
            "the other one", async () => await cluster.GetAsync("v1/services/healthy") is not null, () => running.Log);
        Assert.True(await running.PanicsAsync() > 0, "It is counted.");
        Assert.Equal("ok\n", await running.GetAsync("livez"));

        await cluster.DeleteAsync("v1/pods/poison");
        await cluster.UntilAsync(Plural, "poison", "Ready", "Unknown");
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: {}
        """;

    static async Task<WebApplication> StartOddServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(Address), 0));
        var odd = builder.Build();
        odd.Run(context => context.Response.WriteAsync(OddAnswer));
        await odd.StartAsync();
        return odd;
    }

    static async Task MakePodAsync(TestCluster cluster, string name, int managementPort)
    {
        var template = (await cluster.GetAsync($"apps/v1/deployments/{name}"))!["spec"]!["template"]!;
        var metadata = template["metadata"]!.DeepClone().AsObject();
        metadata["name"] = name;
        var spec = template["spec"]!.DeepClone();
        spec["containers"]![0]!["ports"]!.AsArray().Single(
            port => (string)port!["name"]! == PodManifest.ManagementPort)!["containerPort"] =
            managementPort;
        await cluster.CreateAsync("v1/pods", new JsonObject { ["metadata"] = metadata, ["spec"] = spec });
        await cluster.PatchAsync($"v1/pods/{name}/status", new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["podIP"] = Address,
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            },
        });
    }
}
