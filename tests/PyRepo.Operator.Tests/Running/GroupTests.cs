using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class GroupTests(ApiServer server)
{
    const string Plural = "repositorygroups";
    const string Members = "pythonrepositories";

    [Fact]
    public async Task A_group_receives_its_members_and_stays_ready_when_one_of_them_is_not()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team-a } ], uploadTo: team-a }
            """);
        await cluster.UntilAsync(Plural, "all", "MembersReady", "False", "MemberNotFound");
        var template = await TemplateAsync(cluster);
        var group = await node.RunAsync("all");
        await cluster.UntilAsync(Plural, "all", "Ready", "True");

        await cluster.ApplyAsync(Member("{}"));
        await cluster.UntilAsync(Plural, "all", "MembersReady", "False", "MemberNotReady");
        await cluster.UntilAsync(Members, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "all", "MembersReady", "True");
        await cluster.UntilAsync(Plural, "all", "Ready", "True");
        Assert.Contains(
            "name: team-a", await group.MountedAsync("members/PythonRepository/team-a.yaml"), StringComparison.Ordinal);
        Assert.Contains((await group.StatusAsync())["repositories"]!.AsArray(), r => (string?)r!["name"] == "team-a");

        await cluster.ApplyAsync(Member("{ server: { image: evil.example.com/pyrepo } }"));
        await cluster.UntilAsync(Plural, "all", "MembersReady", "False", "MemberNotReady");
        Assert.Equal("True", (string?)(await cluster.ConditionAsync(Plural, "all", "Ready"))!["status"]);
        var member = (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/all"))!["status"]!["members"]![0]!;
        Assert.Equal(("team-a", false), ((string?)member["name"], (bool?)member["ready"]));
        Assert.Contains("evil.example.com", (string?)member["message"], StringComparison.Ordinal);
        Assert.Equal(template, await TemplateAsync(cluster));
    }

    [Fact]
    public async Task A_missing_Secret_of_a_member_is_a_fault_of_that_member_only()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync($$"""
            {{Member("{ access: { usersSecretRef: { name: missing } } }")}}
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team-a } ] }
            """);
        await node.BindAsync("team-a-data");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Members, "team-a", "Ready", "False", "ReferenceMissing");
        await node.RunAsync("all");
        await cluster.UntilAsync(Plural, "all", "Ready", "True");
        await cluster.UntilAsync(Plural, "all", "MembersReady", "False", "MemberNotReady");
    }

    static string Member(string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {{spec}}
        """;

    static async Task<string> TemplateAsync(TestCluster cluster) =>
        (await cluster.GetAsync("apps/v1/deployments/all"))!["spec"]!["template"]!.ToJsonString();
}
