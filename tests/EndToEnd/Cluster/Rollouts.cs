using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Cluster;

/// <summary>
/// The servers that roll to a new image, told by each change of their Deployments: who looks only now and then misses
/// the moment in which one has rolled, and takes a probe that it misses later for a part of its roll.
/// </summary>
sealed class Rollouts : IDisposable
{
    readonly Process _kubectl = Process.Start(new ProcessStartInfo("kubectl", [
        "get", "deployments", "--all-namespaces", "-l", "pyrepo.dev/kind", "-o", "json", "--watch",
        "--output-watch-events"])
    {
        RedirectStandardOutput = true,
    })!;

    readonly Dictionary<string, JsonNode> _deployments = new(StringComparer.Ordinal);
    readonly HashSet<string> _rolled = new(StringComparer.Ordinal);

    /// <summary>The resources that rolled in the moment in which the most did.</summary>
    public IReadOnlyList<string> MostAtOnce { get; private set; } = [];

    /// <summary>Those that have rolled.</summary>
    public IReadOnlyCollection<string> Rolled => _rolled;

    /// <summary>
    /// Waits until each server that names no image of its own has rolled. The test fails if for the whole deadline no
    /// Deployment changes.
    /// </summary>
    /// <param name="tag">The new image's.</param>
    /// <param name="others">How many name an image of their own.</param>
    public async Task UntilAllRolledAsync(string tag, int others)
    {
        var changes = JsonSerializer.DeserializeAsyncEnumerable<JsonNode>(
            _kubectl.StandardOutput.BaseStream, topLevelValues: true).GetAsyncEnumerator();
        while (await changes.MoveNextAsync().AsTask().WaitAsync(Eventually.Deadline))
        {
            var change = changes.Current;
            Apply((string)change!["type"]!, change["object"]!);
            var changed = _deployments.Where(d => GetImage(d.Value).EndsWith($":{tag}", StringComparison.Ordinal));
            _rolled.UnionWith(changed.Where(d => !IsRolling(d.Value)).Select(d => d.Key));
            var rolling = changed.Where(d => !_rolled.Contains(d.Key)).ToList();
            if (rolling.Count > MostAtOnce.Count)
                MostAtOnce = [.. rolling.Select(d => Describe(d.Key, d.Value))];
            if (_rolled.Count > 0 && rolling.Count == 0 && changed.Count() == _deployments.Count - others)
                return;
        }
        throw new InvalidOperationException("kubectl ended before all servers had rolled");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kubectl.Kill();
        _kubectl.Dispose();
    }

    void Apply(string type, JsonNode deployment)
    {
        var name = $"{deployment["metadata"]!["namespace"]}/{deployment["metadata"]!["name"]}";
        if (type == "DELETED")
            _deployments.Remove(name);
        else
            _deployments[name] = deployment;
    }

    static bool IsRolling(JsonNode deployment)
    {
        var (replicas, status) = ((int)deployment["spec"]!["replicas"]!, deployment["status"]!);
        return Number("observedGeneration") < (int)deployment["metadata"]!["generation"]!
            || Number("updatedReplicas") < replicas
            || Number("replicas") > Number("updatedReplicas")
            || Number("availableReplicas") < replicas;

        int Number(string field) => (int?)status[field] ?? 0;
    }

    static string Describe(string name, JsonNode deployment)
    {
        var metadata = deployment["metadata"]!;
        return $"{name}: version {metadata["resourceVersion"]}, generation {metadata["generation"]}, "
            + $"{metadata["annotations"]!.ToJsonString()} {deployment["status"]!.ToJsonString()}";
    }

    static string GetImage(JsonNode deployment) =>
        (string)deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray()
            .Single(container => (string?)container!["name"] == "server")!["image"]!;
}
