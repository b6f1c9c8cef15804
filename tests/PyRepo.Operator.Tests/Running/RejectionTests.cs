using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class RejectionTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Group = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: team-a }
        spec: { members: [ { kind: PythonRepository, name: other } ] }
        """;

    [Fact]
    public async Task An_image_that_the_administrator_does_not_allow_is_rejected_and_the_running_one_is_kept()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository("{}"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        var before = (await cluster.GetAsync("apps/v1/deployments/team-a"))!["spec"]!.ToJsonString();
        await cluster.ApplyAsync(Repository("{ server: { image: evil.example.com/pyrepo } }"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "ImageNotAllowed");
        Assert.Equal(before, (await cluster.GetAsync("apps/v1/deployments/team-a"))!["spec"]!.ToJsonString());
        Assert.Equal("True", (string?)(await cluster.ConditionAsync(Plural, "team-a", "ServerAvailable"))!["status"]);
    }

    [Fact]
    public async Task A_name_belongs_to_the_older_resource_and_then_to_the_other_one()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository("{}"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");

        await cluster.ApplyAsync(Group);
        await cluster.UntilAsync("repositorygroups", "team-a", "Ready", "False", "NameTaken");
        await cluster.UntilAsync("repositorygroups", "team-a", "Stalled", "True", "NameTaken");
        Assert.Equal("True", (string?)(await cluster.ConditionAsync(Plural, "team-a", "Ready"))!["status"]);

        await node.EndAsync(pod);
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await node.CollectGarbageAsync();
        await Eventually.IsAsync("the group's Deployment", async () =>
        {
            var labels = (await cluster.GetAsync("apps/v1/deployments/team-a"))?["metadata"]!["labels"];
            return (string?)labels?["pyrepo.dev/kind"] == "RepositoryGroup";
        });
        await node.RunAsync("team-a");
        await cluster.UntilAsync("repositorygroups", "team-a", "Ready", "True");
    }

    static string Repository(string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {{spec}}
        """;
}
