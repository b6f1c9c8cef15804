using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class ReferenceTests(ApiServer server)
{
    [Fact]
    public async Task A_missing_Secret_is_reported_until_it_exists_without_the_operator_reading_it()
    {
        const string Plural = "pythonrepositories";
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: { access: { usersSecretRef: { name: the-users } } }
            """);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "ReferenceMissing");
        await cluster.UntilAsync(Plural, "team-a", "Stalled", "True", "ReferenceMissing");
        var message = await cluster.MessageAsync(Plural, "team-a", "Ready");
        Assert.StartsWith("spec.access.usersSecretRef", message, StringComparison.Ordinal);
        Assert.Contains("the-users", message, StringComparison.Ordinal);
        await cluster.UntilAsync(Plural, "team-a", "ServerAvailable", "True");

        await cluster.KubectlAsync(
            "create", "secret", "generic", "the-users", "--from-literal=username=alice", "--from-literal=password=x");
        await cluster.KubectlAsync("annotate", "pod", pod.Name, "kubelet=looked");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        Assert.Null(await cluster.ConditionAsync(Plural, "team-a", "Stalled"));
        Assert.DoesNotContain(cluster.OperatorRequests(default), request => request.ObjectRef?.Name == "the-users");
    }

    [Fact]
    public async Task A_changed_TTL_reaches_the_server_and_the_Deployment_stays()
    {
        const string Plural = "proxyrepositories";
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Proxy("5m"));
        await cluster.UntilAsync(Plural, "pypi", "Ready", "Unknown");
        await node.BindAsync("pypi-data");
        var pod = await node.RunAsync("pypi");
        await cluster.UntilAsync(Plural, "pypi", "Ready", "True");
        var (generation, hash) = (await GenerationAsync(cluster), (string?)(await pod.StatusAsync())["hash"]);

        await using var history = await ResourceHistory.FollowAsync(cluster, Plural);
        await cluster.ApplyAsync(Proxy("7m"));
        await history.UntilAsync("Current", 2);
        Assert.Equal(generation, await GenerationAsync(cluster));
        var status = await pod.StatusAsync();
        Assert.NotEqual(hash, (string?)status["hash"]);
        Assert.NotNull(await cluster.ConditionAsync(Plural, "pypi", "UpstreamReachable"));
    }

    static string Proxy(string ttl) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: pypi }
        spec: { upstream: { url: "https://upstream.example.com/simple/" }, cache: { projectTtl: {{ttl}} } }
        """;

    static async Task<long> GenerationAsync(TestCluster cluster) =>
        (long)(await cluster.GetAsync("apps/v1/deployments/pypi"))!["metadata"]!["generation"]!;
}
