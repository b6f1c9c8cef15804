using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class ConditionTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [Fact]
    public async Task The_first_status_of_each_kind_has_Ready_and_the_generation()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var hosted = await ResourceHistory.FollowAsync(cluster, Plural);
        await using var proxies = await ResourceHistory.FollowAsync(cluster, "proxyrepositories");
        await using var groups = await ResourceHistory.FollowAsync(cluster, "repositorygroups");
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: {}
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: pypi }
            spec: {}
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team-a } ] }
            """);
        foreach (var history in (ResourceHistory[])[hosted, proxies, groups])
        {
            JsonNode? first = null;
            await Eventually.IsAsync("a status", () => Task.FromResult(
                (first = history.Versions.FirstOrDefault(v => v["status"]?["conditions"] is not null)) is not null));
            Assert.Equal("Unknown", KStatus.GetStatus(first!, "Ready"));
            Assert.Equal("InProgress", KStatus.From(first!));
            Assert.Equal((long?)first!["metadata"]!["generation"], (long?)first["status"]!["observedGeneration"]);
        }
    }

    [Fact]
    public async Task Kstatus_computes_the_right_status_throughout_the_life_of_a_resource()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await using var history = await ResourceHistory.FollowAsync(cluster, Plural);
        await cluster.ApplyAsync(Repository("{}"));
        await history.UntilAsync("InProgress", 1);
        await node.BindAsync("team-a-data");
        await node.RunAsync("team-a");
        await history.UntilAsync("Current", 1);
        await cluster.ApplyAsync(Repository("{ uploads: { overwrite: Always } }"));
        await history.UntilAsync("Current", 2);
        await cluster.ApplyAsync(Repository(
            "{ uploads: { overwrite: Always }, server: { image: evil.example.com/pyrepo } }"));
        await history.UntilAsync("Failed", 3);
        await cluster.ApplyAsync(Repository("{ uploads: { overwrite: Always } }"));
        await history.UntilAsync("Current", 4);
        await cluster.KubectlAsync("wait", "--for=condition=Ready", "pythonrepository/team-a", "--timeout=10s");

        var versions = history.Versions;
        Assert.Contains(versions, v => (long)v["metadata"]!["generation"]! == 2 && KStatus.From(v) == "InProgress");
        foreach (var version in versions.Where(v => v["status"]?["conditions"] is not null))
            IsCoherent(version);
        foreach (var (before, after) in versions.Zip(versions.Skip(1)))
            MovesOnlyOnFlips(before, after);
    }

    static string Repository(string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {{spec}}
        """;

    /// <summary>What is abnormal is there only while it is true, and Ready says the same.</summary>
    static void IsCoherent(JsonNode version)
    {
        var (reconciling, stalled) = (KStatus.GetStatus(version, "Reconciling"), KStatus.GetStatus(version, "Stalled"));
        var expected = (reconciling, stalled) switch
        {
            ("True", null) => "Unknown",
            (null, "True") => "False",
            (null, null) => "True",
            _ => "neither",
        };
        Assert.Equal(expected, KStatus.GetStatus(version, "Ready"));
        Assert.All(KStatus.GetConditions(version), condition =>
        {
            Assert.False(string.IsNullOrEmpty((string?)condition["reason"]));
            Assert.False(string.IsNullOrEmpty((string?)condition["message"]));
        });
    }

    static void MovesOnlyOnFlips(JsonNode before, JsonNode after)
    {
        foreach (var condition in KStatus.GetConditions(after))
        {
            var same = KStatus.Find(before, (string)condition["type"]!);
            if ((string?)same?["status"] == (string?)condition["status"])
                Assert.Equal((string?)same!["lastTransitionTime"], (string?)condition["lastTransitionTime"]);
        }
    }
}
