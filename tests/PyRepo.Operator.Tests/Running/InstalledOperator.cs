using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Crds;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What an operator needs on an API server: the three kinds, its account and its roles.</summary>
static class InstalledOperator
{
    /// <summary>The namespace of its account.</summary>
    public const string Namespace = "pyrepo-system";

    /// <summary>The name of its ServiceAccount.</summary>
    public const string Account = "pyrepo-operator";

    /// <summary>Where the cluster says that its API server is.</summary>
    public const string ApiServerAddress = "10.0.0.9";

    /// <summary>The port there.</summary>
    public const int ApiServerPort = 6443;

    static readonly Dictionary<ApiServer, Task> _installed = [];

    /// <summary>Applies them, once for each server.</summary>
    public static Task InstallAsync(ApiServer server)
    {
        lock (_installed)
            return _installed.TryGetValue(server, out var done) ? done : _installed[server] = ApplyAsync(server);
    }

    static async Task ApplyAsync(ApiServer server)
    {
        await InstalledDefinitions.InstallAsync(server);
        await server.ApplyAsync(Namespace, $$"""
            { "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{Namespace}}" } }
            ---
            { "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "{{Account}}" } }
            """);
        // An API server at a loopback address makes none of its own.
        await server.ApplyAsync("default", $$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: { name: kubernetes }
            addressType: IPv4
            endpoints: [ { addresses: [ {{ApiServerAddress}} ] } ]
            ports: [ { name: https, port: {{ApiServerPort}} } ]
            """);
        foreach (var role in TestFiles.In(SourceTree.At("config", "rbac")))
            await server.ApplyAsync(Namespace, await File.ReadAllTextAsync(role));
        await Eventually.IsAsync(
            "the API server knows the roles",
            () => MayAsync(server, "patch", "pyrepo.dev", "pythonrepositories", "status"));
    }

    /// <summary>Whether the operator may do something in the namespace <c>default</c>.</summary>
    public static async Task<bool> MayAsync(
        ApiServer server, string verb, string group, string resource, string subresource)
    {
        var review = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["user"] = TestCluster.Operator,
                ["groups"] = new JsonArray("system:serviceaccounts", "system:authenticated"),
                ["resourceAttributes"] = new JsonObject
                {
                    ["verb"] = verb,
                    ["group"] = group,
                    ["resource"] = resource,
                    ["subresource"] = subresource,
                    ["namespace"] = "default",
                },
            },
        };
        using var content = new StringContent(review.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(
            new Uri("/apis/authorization.k8s.io/v1/subjectaccessreviews", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        return (bool)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!["allowed"]!;
    }
}
