using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What is the operator's, and what only looks so.</summary>
public sealed class OwnershipTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Key = "v1/secrets/pyrepo-signing-key";

    [Fact]
    public async Task A_Service_made_by_kubectl_expose_from_a_child_is_kept()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository());
        await cluster.UntilThereAsync("apps/v1/deployments/team-a");
        foreach (var kind in (string[])["service", "deployment"])
            await cluster.KubectlAsync("expose", kind, "team-a", "--name", $"from-{kind}", "--port=80");
        for (var looks = 0; looks < 3; looks++)
            await running.ReconcileAgainAsync(cluster, $"pyrepo.dev/v1alpha1/{Plural}/team-a");
        foreach (var kind in (string[])["service", "deployment"])
        {
            var labels = (await cluster.GetAsync($"v1/services/from-{kind}"))!["metadata"]!["labels"]!;
            Assert.Equal("team-a", (string?)labels["pyrepo.dev/name"]);
        }
    }

    [Fact]
    public async Task An_object_of_a_childs_name_that_has_only_our_labels_is_not_overwritten()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.CreateAsync("v1/services", JsonNode.Parse("""
            {
              "metadata": {
                "name": "team-a", "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "team-a" } },
              "spec": { "ports": [ { "port": 5432 } ] }
            }
            """)!);
        await cluster.ApplyAsync(Repository());
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "ResourceConflict");
        Assert.Equal(5432, (int?)(await cluster.GetAsync("v1/services/team-a"))!["spec"]!["ports"]![0]!["port"]);
    }

    [Fact]
    public async Task Data_whose_labels_are_removed_get_them_back()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository());
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        const string Path = "v1/persistentvolumeclaims/team-a-data";
        await cluster.UntilThereAsync(Path);
        await cluster.PatchAsync(Path, JsonNode.Parse(
            """{ "metadata": { "labels": { "pyrepo.dev/kind": null, "pyrepo.dev/name": null } } }""")!);
        await Eventually.IsAsync("its labels", async () =>
            (string?)(await cluster.GetAsync(Path))!["metadata"]!["labels"]?["pyrepo.dev/name"] == "team-a",
            () => running.Log);
        var ready = (await cluster.ConditionAsync(Plural, "team-a", "Ready"))!;
        Assert.Equal("Unknown", (string?)ready["status"]);
    }

    [Fact]
    public async Task A_signing_key_that_lost_its_key_gets_one()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await cluster.CreateAsync("v1/secrets", JsonNode.Parse("""
            {
              "metadata": {
                "name": "pyrepo-signing-key", "labels": { "app.kubernetes.io/managed-by": "pyrepo-operator" } }
            }
            """)!);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository());
        await Eventually.IsAsync("a key", async () =>
            (string?)(await cluster.GetAsync(Key))!["data"]?["current"] is { Length: > 40 }, () => running.Log);
    }

    [Fact]
    public async Task A_foreign_signing_key_is_reported_and_not_touched()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await cluster.CreateAsync(
            "v1/secrets", JsonNode.Parse("""{ "metadata": { "name": "pyrepo-signing-key" } }""")!);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository());
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "ResourceConflict");
        Assert.Contains(
            "Secret pyrepo-signing-key", await cluster.MessageAsync(Plural, "team-a", "Ready"),
            StringComparison.Ordinal);
        Assert.Null((await cluster.GetAsync(Key))!["data"]);
        await cluster.DeleteAsync(Key);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
    }

    [Fact]
    public async Task One_of_two_resources_created_together_gets_the_name()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var proxy = Repository().Replace("Python", "Proxy", StringComparison.Ordinal);
        await cluster.ApplyAsync($"{Repository()}\n---\n{proxy}");
        await using var running = await OperatorProcess.StartAsync(cluster);
        string?[] reasons = [];
        await Eventually.IsAsync("one is refused and one is not", async () =>
        {
            reasons = [await ReasonAsync(cluster, Plural), await ReasonAsync(cluster, "proxyrepositories")];
            return reasons.Count(r => r == "NameTaken") == 1
                && !reasons.Contains("ResourceConflict") && !reasons.Contains(null);
        }, () => string.Join(", ", reasons));
    }

    static async Task<string?> ReasonAsync(TestCluster cluster, string plural) =>
        (string?)(await cluster.ConditionAsync(plural, "team-a", "Ready"))?["reason"];

    static string Repository() => """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        """;
}
