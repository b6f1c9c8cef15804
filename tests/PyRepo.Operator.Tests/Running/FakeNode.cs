using System.Globalization;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// Plays what a bare API server lacks: the controllers of Deployments and claims, the scheduler, and a kubelet. Its
/// pods run the real server, each on a loopback address of its own, with the volumes that the template says.
/// </summary>
public sealed class FakeNode(TestCluster cluster) : IAsyncDisposable
{
    static readonly string[] _owners =
    [
        "pyrepo.dev/v1alpha1/pythonrepositories", "pyrepo.dev/v1alpha1/proxyrepositories",
        "pyrepo.dev/v1alpha1/repositorygroups",
    ];

    static readonly string[] _children =
    [
        "apps/v1/deployments", "v1/services", "v1/configmaps", "v1/serviceaccounts", "v1/secrets",
        "networking.k8s.io/v1/ingresses", "v1/persistentvolumeclaims",
    ];

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

    /// <summary>
    /// Deletes children whose owner is gone, as the garbage collector does: only as it has seen them, so that what the
    /// operator has given another owner meanwhile stays.
    /// </summary>
    public Task CollectGarbageAsync() => Eventually.IsAsync("the garbage is collected", async () =>
    {
        var owners = (await ListAsync(_owners)).Select(o => (string)o.Value["metadata"]!["uid"]!).ToHashSet();
        var garbage = (await ListAsync(_children)).Where(child => IsGarbage(child.Value, owners)).ToList();
        foreach (var (path, child) in garbage)
            await cluster.DeleteAsSeenAsync($"{path}/{child["metadata"]!["name"]}", child);
        return garbage.Count == 0;
    });

    static bool IsGarbage(JsonNode child, HashSet<string> owners) =>
        child["metadata"]!["deletionTimestamp"] is null
        && child["metadata"]!["ownerReferences"]?.AsArray() is { Count: > 0 } references
        && !references.Any(r => owners.Contains((string)r!["uid"]!));

    async Task<IReadOnlyList<(string Path, JsonNode Value)>> ListAsync(IReadOnlyList<string> paths)
    {
        var found = new List<(string, JsonNode)>();
        foreach (var path in paths)
            found.AddRange((await cluster.ListAsync(path)).Select(value => (path, value)));
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods)
            await pod.DisposeAsync();
        _claims.Dispose();
    }
}
