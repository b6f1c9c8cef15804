using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class KubectlTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [Fact]
    public async Task Kubectl_get_shows_where_a_ready_repository_is_and_what_it_holds()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: { access: { usersSecretRef: { name: users } } }
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData: { username: publisher, password: secret }
            """);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        await pod.UploadAsync("demo", "1.0", "secret");
        await pod.UploadAsync("demo", "1.1", "secret");
        await pod.UploadAsync("other", "1.0", "secret");
        await cluster.KubectlAsync("annotate", "pythonrepository", "team-a", "somebody=looked");
        JsonNode status = new JsonObject();
        await Eventually.IsAsync("the files are counted", async () =>
        {
            status = (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!["status"]!;
            return (int?)status["files"] == 3;
        }, () => status.ToJsonString());
        Assert.Equal(2, (int?)status["projects"]);
        var rows = await cluster.KubectlAsync("get", "pyrepo", "--no-headers");
        var (name, url) = ("pythonrepository.pyrepo.dev/team-a", $"http://team-a.{cluster.Namespace}/");
        Assert.Equal(
            [name, "True", url, "2", (string)status["size"]!],
            rows.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..5]);
        var wide = await cluster.KubectlAsync("get", Plural, "-o", "wide", "--no-headers");
        Assert.Contains(" Ready ", wide, StringComparison.Ordinal);
        Assert.Contains(" PersistentVolumeClaim ", wide, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_scale_of_a_group_scales_its_Deployment_and_shows_its_pods()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await ServeGroupAsync(cluster, node);
        await cluster.KubectlAsync("scale", "repositorygroup/all", "--replicas=2");
        await Eventually.IsAsync("two replicas", async () =>
            (int?)(await cluster.GetAsync("apps/v1/deployments/all"))!["spec"]!["replicas"] == 2);
        await node.RunAsync("all");
        await cluster.UntilAsync("repositorygroups", "all", "Ready", "True");
        await Eventually.IsAsync("a PodDisruptionBudget", async () =>
            await cluster.GetAsync("policy/v1/poddisruptionbudgets/all") is not null);
        JsonNode? scale = null;
        await Eventually.IsAsync("two pods are told", async () =>
        {
            scale = await cluster.GetAsync("pyrepo.dev/v1alpha1/repositorygroups/all/scale");
            return (int?)scale!["status"]!["replicas"] == 2;
        });
        var selected = await cluster.KubectlAsync(
            "get", "pods", "-o", "name", "-l", (string)scale!["status"]!["selector"]!);
        Assert.Equal(2, selected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_group_that_is_scaled_stays_ready_and_neither_its_documents_nor_its_pods_are_touched()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await ServeGroupAsync(cluster, node);
        var documents = await VersionAsync(cluster, "v1/configmaps/all-config");
        var since = server.Audit.End;
        await using var history = await ResourceHistory.FollowAsync(cluster, "repositorygroups");
        await cluster.KubectlAsync("scale", "repositorygroup/all", "--replicas=3");
        await Eventually.IsAsync("three replicas", async () =>
            (int?)(await cluster.GetAsync("apps/v1/deployments/all"))!["spec"]!["replicas"] == 3);
        await node.RunAsync("all");
        await node.RunAsync("all");
        await history.UntilAsync("Current", 2);
        await Eventually.IsAsync("three pods are told", async () => (int?)(await cluster.GetAsync(
            "pyrepo.dev/v1alpha1/repositorygroups/all"))!["status"]!["replicas"] == 3);
        await running.ReconcileAgainAsync(cluster, "v1/services/all");
        Assert.All(history.Versions, version =>
        {
            var ready = version["status"]!["conditions"]!.AsArray()
                .Single(condition => (string?)condition!["type"] == "Ready")!;
            Assert.True((string?)ready["status"] == "True", ready.ToJsonString());
        });
        Assert.Equal(documents, await VersionAsync(cluster, "v1/configmaps/all-config"));
        Assert.DoesNotContain(cluster.OperatorRequests(since), request =>
            request.IsWrite && request.ObjectRef?.Resource is ("pods" or "configmaps"));
    }

    static async Task ServeGroupAsync(TestCluster cluster, FakeNode node)
    {
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team-a } ] }
            """);
        await node.RunAsync("all");
        await cluster.UntilAsync("repositorygroups", "all", "Ready", "True");
    }

    static async Task<string> VersionAsync(TestCluster cluster, string path) =>
        (string)(await cluster.GetAsync(path))!["metadata"]!["resourceVersion"]!;

    [Fact]
    public async Task A_repository_on_a_volume_does_not_scale()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: {}
            """);
        var refused = await server.RunKubectlAsync(
            ["scale", "pythonrepository/team-a", "--replicas=2", "-n", cluster.Namespace]);
        Assert.Contains("spec.server.replicas", refused.MustFail(), StringComparison.Ordinal);
    }
}
