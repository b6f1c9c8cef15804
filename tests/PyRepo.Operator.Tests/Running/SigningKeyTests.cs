using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class SigningKeyTests(ApiServer server)
{
    const string Secret = "v1/secrets/pyrepo-signing-key";
    const string Resources = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: public }
        spec: {}
        """;

    [ClusterFact]
    public async Task The_key_of_a_namespace_is_rotated_once_for_each_request_and_the_previous_one_goes_after_its_time()
    {
        var cluster = await TestCluster.CreateAsync(server);
        string first, second;
        await using (var running = await OperatorProcess.StartAsync(cluster))
        {
            await cluster.ApplyAsync(Resources);
            await cluster.UntilThereAsync("apps/v1/deployments/team-a");
            await cluster.UntilThereAsync("apps/v1/deployments/public");
            first = (await KeyAsync(cluster, "current"))!;
            await AnnotateAsync(cluster, "rotate", "1");
            await Eventually.IsAsync(
                "another key", async () => await KeyAsync(cluster, "current") != first, () => running.Log);
            second = (await KeyAsync(cluster, "current"))!;
            Assert.Equal(first, await KeyAsync(cluster, "previous"));
            Assert.Equal("1", await AnnotationAsync(cluster, "rotated"));
            var left = DateTimeOffset.Parse(
                (await AnnotationAsync(cluster, "previous-until"))!, null) - DateTimeOffset.UtcNow;
            Assert.InRange(left, TimeSpan.FromMinutes(57), TimeSpan.FromMinutes(60));
        }
        // An operator that starts looks at once.
        await AnnotateAsync(cluster, "rotate", "2");
        await using (var running = await OperatorProcess.StartAsync(cluster))
        {
            await Eventually.IsAsync(
                "a third key", async () => await KeyAsync(cluster, "current") != second, () => running.Log);
        }
        var third = (await KeyAsync(cluster, "current"))!;
        Assert.Equal(second, await KeyAsync(cluster, "previous"));
        await AnnotateAsync(cluster, "previous-until", "2026-01-01T00:00:00Z");
        await using (var running = await OperatorProcess.StartAsync(cluster))
        {
            await Eventually.IsAsync(
                "the previous key is gone", async () => await KeyAsync(cluster, "previous") is null,
                () => running.Log);
        }
        Assert.Equal(third, await KeyAsync(cluster, "current"));
        Assert.Equal("2", await AnnotationAsync(cluster, "rotated"));
        Assert.Null(await AnnotationAsync(cluster, "previous-until"));
    }

    static Task<JsonNode> AnnotateAsync(TestCluster cluster, string name, string value) =>
        cluster.AnnotateAsync(Secret, $"pyrepo.dev/{name}", value);

    static async Task<string?> KeyAsync(TestCluster cluster, string key) =>
        (string?)(await cluster.GetAsync(Secret))!["data"]![key];

    static async Task<string?> AnnotationAsync(TestCluster cluster, string name) =>
        (string?)(await cluster.GetAsync(Secret))!["metadata"]!["annotations"]?[$"pyrepo.dev/{name}"];
}
