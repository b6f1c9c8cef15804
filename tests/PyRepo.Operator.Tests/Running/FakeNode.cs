using System.Globalization;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// Plays what a bare API server lacks: the controllers of Deployments and claims, the scheduler, and a kubelet. Its
/// pods run the real server, each on a loopback address of its own, with the volumes that the template says.
/// </summary>
public sealed class FakeNode(TestCluster cluster) : IAsyncDisposable
{
    static int _podCount;
    readonly List<FakePod> _pods = [];
    readonly TemporaryFolder _claims = new();

    /// <summary>Waits for a claim, and binds it.</summary>
    public async Task BindAsync(string claim, string size = "10Gi")
    {
        var path = $"v1/persistentvolumeclaims/{claim}";
        await Eventually.IsAsync($"the claim {claim}", async () => await cluster.GetAsync(path) is not null);
        await cluster.PatchAsync($"{path}/status", new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Bound",
                ["accessModes"] = new JsonArray("ReadWriteOnce"),
                ["capacity"] = new JsonObject { ["storage"] = size },
            },
        });
    }

    /// <summary>Waits for a Deployment, runs its pod, and says that it is available.</summary>
    /// <param name="deployment">Its name.</param>
    /// <param name="becomesReady">Whether the pod does; else it only runs.</param>
    public async Task<FakePod> RunAsync(string deployment, bool becomesReady = true)
    {
        JsonNode? found = null;
        await Eventually.IsAsync($"the Deployment {deployment}", async () =>
            (found = await cluster.GetAsync($"apps/v1/deployments/{deployment}")) is not null);
        var number = Interlocked.Increment(ref _podCount);
        var address = string.Create(CultureInfo.InvariantCulture,
            $"127.{100 + (Environment.ProcessId % 100)}.{number / 250}.{1 + (number % 250)}");
        var pod = await FakePod.StartAsync(
            cluster, deployment, found!["spec"]!["template"]!, $"{deployment}-{number}", address, _claims.Path,
            becomesReady);
        _pods.Add(pod);
        await SayAvailableAsync(deployment, becomesReady);
        return pod;
    }

    /// <summary>Says that all pods of a Deployment are new and, unless they are not, available.</summary>
    public async Task SayAvailableAsync(string deployment, bool areReady = true)
    {
        var found = (await cluster.GetAsync($"apps/v1/deployments/{deployment}"))!;
        var replicas = (int)found["spec"]!["replicas"]!;
        await cluster.PatchAsync($"apps/v1/deployments/{deployment}/status", new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = (long)found["metadata"]!["generation"]!,
                ["replicas"] = replicas,
                ["updatedReplicas"] = replicas,
                ["readyReplicas"] = areReady ? replicas : 0,
                ["availableReplicas"] = areReady ? replicas : 0,
            },
        });
    }

    /// <summary>Ends a pod, as when its Deployment goes; what its claim holds stays.</summary>
    public async Task EndAsync(FakePod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        _pods.Remove(pod);
        await pod.DisposeAsync();
        await cluster.DeleteAsync($"v1/pods/{pod.Name}");
    }

    /// <summary>Deletes children whose owner is gone, as the garbage collector does.</summary>
    public async Task CollectGarbageAsync()
    {
        const string Kinds = "deployments,services,configmaps,serviceaccounts,secrets,ingresses,persistentvolumeclaims";
        var owners = await UidsAsync("pythonrepositories,proxyrepositories,repositorygroups");
        var list = JsonNode.Parse(await cluster.KubectlAsync("get", Kinds, "-o", "json"))!["items"]!.AsArray();
        foreach (var child in list.OfType<JsonNode>().Where(IsGarbage))
        {
            var name = (string)child["metadata"]!["name"]!;
            await cluster.KubectlAsync("delete", (string)child["kind"]!, name, "--wait=false");
        }

        bool IsGarbage(JsonNode child) => child["metadata"]!["ownerReferences"]?.AsArray() is { Count: > 0 } references
            && !references.Any(r => owners.Contains((string)r!["uid"]!));
    }

    async Task<HashSet<string>> UidsAsync(string kinds) =>
        [.. JsonNode.Parse(await cluster.KubectlAsync("get", kinds, "-o", "json"))!["items"]!.AsArray()
            .Select(r => (string)r!["metadata"]!["uid"]!)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods)
            await pod.DisposeAsync();
        _claims.Dispose();
    }
}
