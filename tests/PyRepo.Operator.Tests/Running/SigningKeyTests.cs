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

    [Fact]
    public async Task The_key_of_a_namespace_is_rotated_once_for_each_request_whichever_resources_ask()
    {
        var cluster = await TestCluster.CreateAsync(server);
        string first, second;
        await using (var running = await OperatorProcess.StartAsync(cluster))
        {
            await cluster.ApplyAsync(Resources);
            await cluster.UntilThereAsync("apps/v1/deployments/team-a");
            await cluster.UntilThereAsync("apps/v1/deployments/public");
            first = (await KeyAsync(cluster, "current"))!;
            await RotateAsync(cluster, "pythonrepository/team-a", "1");
            await Eventually.IsAsync(
                "another key", async () => await KeyAsync(cluster, "current") != first, () => running.Log);
            second = (await KeyAsync(cluster, "current"))!;
            Assert.Equal(first, await KeyAsync(cluster, "previous"));
            await RotateAsync(cluster, "proxyrepository/public", "1");
            await running.ReconcileAgainAsync(cluster, "v1/services/public");
        }
        Assert.Equal(second, await KeyAsync(cluster, "current"));
        // An operator that starts looks at once.
        await RotateAsync(cluster, "proxyrepository/public", "2");
        await using (var running = await OperatorProcess.StartAsync(cluster))
        {
            await Eventually.IsAsync(
                "a third key", async () => await KeyAsync(cluster, "current") != second, () => running.Log);
        }
        Assert.Equal(second, await KeyAsync(cluster, "previous"));
    }

    [Fact]
    public async Task A_removed_key_is_recreated_when_a_server_lacks_it()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Resources);
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "True");
        await cluster.PatchAsync(Secret, new JsonObject { ["data"] = null });
        await cluster.KubectlAsync("annotate", "pod", pod.Name, "kubelet=looked");
        await Eventually.IsAsync("a key", async () =>
        {
            await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
            return await KeyAsync(cluster, "current") is not null;
        }, () => running.Log);
    }

    static Task<string> RotateAsync(TestCluster cluster, string resource, string value) =>
        cluster.KubectlAsync("annotate", "--overwrite", resource, $"pyrepo.dev/rotate-signing-key={value}");

    static async Task<string?> KeyAsync(TestCluster cluster, string key) =>
        (string?)(await cluster.GetAsync(Secret))!["data"]?[key];
}
