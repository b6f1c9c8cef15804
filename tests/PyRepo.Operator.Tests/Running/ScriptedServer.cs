using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A pod of a resource, whose management port answers what a test says.</summary>
sealed class ScriptedServer : IAsyncDisposable
{
    readonly HttpListener _listener = new();
    readonly Task _answering;
    readonly int _port = FreePort.Take();
    JsonObject _report = [];

    public ScriptedServer()
    {
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));
        _listener.Start();
        _answering = AnswerAsync();
    }

    /// <summary>What it reports of the repository.</summary>
    public void Report(string json) => Volatile.Write(ref _report, JsonNode.Parse(json)!.AsObject());

    /// <summary>Makes its pod from the template of a Deployment, ready.</summary>
    /// <param name="cluster">Where it is.</param>
    /// <param name="deployment">The Deployment, which is also the resource's name.</param>
    /// <param name="name">The pod's name.</param>
    public async Task RunPodAsync(TestCluster cluster, string deployment, string name)
    {
        JsonNode? found = null;
        await Eventually.IsAsync($"the Deployment {deployment}", async () =>
            (found = await cluster.GetAsync($"apps/v1/deployments/{deployment}")) is not null);
        var template = found!["spec"]!["template"]!;
        var server = template["spec"]!["containers"]![0]!;
        await cluster.CreateAsync("v1/pods", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["annotations"] = template["metadata"]!["annotations"]!.DeepClone(),
            },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "server",
                    ["image"] = "example.com/pyrepo:1",
                    ["ports"] = new JsonArray(new JsonObject { ["name"] = "management", ["containerPort"] = _port }),
                    ["resources"] = server["resources"]?.DeepClone(),
                }),
            },
        });
        await SayAsync(cluster, name, "");
    }

    /// <summary>Says that a pod is ready, and more of its state.</summary>
    public static Task SayAsync(TestCluster cluster, string name, string more) => cluster.PatchAsync(
        $"v1/pods/{name}/status", JsonNode.Parse($$"""
            { "status": { "phase": "Running", "podIP": "127.0.0.1",
                "conditions": [ { "type": "Ready", "status": "True" } ] {{more}} } }
            """)!);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    async Task AnswerAsync()
    {
        try
        {
            while (await _listener.GetContextAsync() is { } context)
            {
                await context.Response.OutputStream.WriteAsync(
                    Encoding.UTF8.GetBytes(Volatile.Read(ref _report).ToJsonString()));
                context.Response.Close();
            }
        }
        catch (Exception) when (!_listener.IsListening)
        {
            // It was stopped, while it waited or before.
        }
    }
}
