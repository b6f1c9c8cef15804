using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class ConflictTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    /// <summary>Of each kind one that somebody made, of the name that a resource's child would have.</summary>
    static readonly (string Kind, string Resource, string Path, string Manifest)[] _others =
    [
        ("Service", "a", "v1/services/a", """{ "spec": { "ports": [ { "port": 5432 } ] } }"""),
        ("Deployment", "b", "apps/v1/deployments/b", """
            { "spec": {
                "selector": { "matchLabels": { "app": "b" } },
                "template": {
                    "metadata": { "labels": { "app": "b" } },
                    "spec": { "containers": [ { "name": "one", "image": "example.com/other:1" } ] } } } }
            """),
        ("ConfigMap", "c", "v1/configmaps/c-config", """{ "data": { "k": "v" } }"""),
        ("Secret", "d", "v1/secrets/d-credentials", """{ "stringData": { "password": "theirs" } }"""),
        ("PersistentVolumeClaim", "e", "v1/persistentvolumeclaims/e-data", """
            { "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } } }
            """),
    ];

    [Fact]
    public async Task A_foreign_object_with_the_name_of_a_child_is_reported_and_not_touched()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        foreach (var (_, name, path, manifest) in _others)
        {
            var made = JsonNode.Parse(manifest)!.AsObject();
            made["metadata"] = new JsonObject { ["name"] = path.Split('/')[^1] };
            await cluster.CreateAsync(path[..path.LastIndexOf('/')], made);
            var before = (await cluster.GetAsync(path))!.ToJsonString();

            await cluster.ApplyAsync($$"""
                apiVersion: pyrepo.dev/v1alpha1
                kind: PythonRepository
                metadata: { name: {{name}} }
                spec: {}
                """);
            await cluster.UntilAsync(Plural, name, "Ready", "False", "ResourceConflict");
            for (var looks = 0; looks < 2; looks++)
                await running.ReconcileAgainAsync(cluster, $"pyrepo.dev/v1alpha1/{Plural}/{name}");
            Assert.Equal(before, (await cluster.GetAsync(path))!.ToJsonString());
        }
        foreach (var (kind, name, path, _) in _others)
        {
            var told = (string?)(await cluster.ConditionAsync(Plural, name, "Ready"))!["message"];
            Assert.Contains($"{kind} {path.Split('/')[^1]} ", told, StringComparison.Ordinal);
            // No controller is there that lets go of a claim.
            await cluster.PatchAsync(path, JsonNode.Parse("""{ "metadata": { "finalizers": null } }""")!);
            await cluster.DeleteAsync(path);
        }
        foreach (var (_, name, path, _) in _others)
        {
            await cluster.UntilAsync(Plural, name, "Ready", "Unknown");
            Assert.Null(await cluster.ConditionAsync(Plural, name, "Stalled"));
            var labels = (await cluster.GetAsync(path))!["metadata"]!["labels"]!;
            Assert.Equal("PythonRepository", (string?)labels["pyrepo.dev/kind"]);
        }
    }
}
