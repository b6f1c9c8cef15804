using System.Net;
using System.Text;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class CredentialsTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Secret = "v1/secrets/team-a-credentials";
    const string Repository = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        """;

    [ClusterFact]
    public async Task A_new_value_of_rotate_makes_a_new_password_once_and_the_one_before_stays_valid()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        var first = (await TextAsync(cluster, "password"))!;
        Assert.Null(await TextAsync(cluster, "previous"));

        await RotateAsync(cluster, "x");
        await Eventually.IsAsync("another password", async () => await TextAsync(cluster, "password") != first);
        var second = (await TextAsync(cluster, "password"))!;
        Assert.Equal(first, await TextAsync(cluster, "previous"));
        await cluster.KubectlAsync("annotate", "pod", pod.Name, "kubelet=looked");
        await Eventually.IsAsync("the server takes the new one", async () =>
            await pod.UploadAsync("demo", "1.0", second) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await pod.UploadAsync("demo", "1.1", first));
        Assert.Equal(HttpStatusCode.Unauthorized, await pod.UploadAsync("demo", "1.2", "neither"));

        await cluster.KubectlAsync("annotate", "pythonrepository", "team-a", "somebody=looked");
        await RotateAsync(cluster, "y");
        await Eventually.IsAsync("a third password", async () => await TextAsync(cluster, "password") != second);
        Assert.Equal(second, await TextAsync(cluster, "previous"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
    }

    static Task<string> RotateAsync(TestCluster cluster, string value) =>
        cluster.KubectlAsync("annotate", "--overwrite", "pythonrepository", "team-a", $"pyrepo.dev/rotate={value}");

    static async Task<string?> TextAsync(TestCluster cluster, string key) =>
        (string?)(await cluster.GetAsync(Secret))!["data"]![key] is { } value
            ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : null;
}
