using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class SteadyStateTests(ApiServer server)
{
    const int Reconciles = 12;

    /// <summary>The proxy's upstream does not answer: that is a state, too.</summary>
    const string Resources = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: public }
        spec: { upstream: { url: "https://pypi.example.com/simple/" } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec: { members: [ { kind: PythonRepository, name: team-a }, { kind: ProxyRepository, name: public } ] }
        """;

    static readonly (string Plural, string Name)[] _resources =
        [("pythonrepositories", "team-a"), ("proxyrepositories", "public"), ("repositorygroups", "all")];

    static readonly string[] _secrets = ["team-a-credentials", "public-credentials", "pyrepo-signing-key"];

    [Fact]
    public async Task Reconciling_an_unchanged_resource_parses_and_writes_nothing_and_reads_only_its_own_Secret()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var start = server.Audit.End;
        await cluster.KubectlAsync("create", "secret", "generic", "of-a-user", "--from-literal=k=v");
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Resources);
        foreach (var (plural, name) in _resources)
        {
            await cluster.UntilAsync(plural, name, "Ready", "Unknown");
            if (name != "all")
                await node.BindAsync($"{name}-data");
            await node.RunAsync(name);
        }
        await UntilAllIsToldAsync(cluster);

        var since = server.Audit.End;
        var parsed = await running.ParsedAsync();
        Assert.InRange(parsed, _resources.Length, int.MaxValue);
        for (var reconcile = 0; reconcile < Reconciles; reconcile++)
        {
            foreach (var (_, name) in _resources)
                await running.ReconcileAgainAsync(cluster, Child(name, reconcile));
        }
        Assert.Equal(parsed, await running.ParsedAsync());
        Assert.DoesNotContain(cluster.OperatorRequests(since), request => request.IsWrite);
        Assert.All(cluster.OperatorRequests(start).Where(r => r.ObjectRef?.Resource == "secrets"), request =>
        {
            Assert.Contains(request.Verb, (string[])["create", "patch"]);
            // The API server notes no name of what is made by a POST.
            Assert.True(request.Verb == "create" || _secrets.Contains(request.ObjectRef!.Name), request.ToString());
        });
    }

    /// <summary>Ready, the group's status too, and the events of it: nothing is on its way any more.</summary>
    static async Task UntilAllIsToldAsync(TestCluster cluster)
    {
        foreach (var (plural, name) in _resources)
            await cluster.UntilAsync(plural, name, "Ready", "True");
        await cluster.UntilAsync("repositorygroups", "all", "MembersReady", "True");
        await Eventually.IsAsync("the events", async () =>
        {
            var events = (await cluster.GetAsync("events.k8s.io/v1/events"))!["items"]!.AsArray();
            return _resources.All(r => events.Any(e =>
                (string?)e!["reason"] == "Ready" && (string?)e["regarding"]!["name"] == r.Name));
        });
    }

    static string Child(string name, int reconcile) => (reconcile % 4) switch
    {
        0 => $"apps/v1/deployments/{name}",
        1 => $"v1/services/{name}",
        2 => $"v1/configmaps/{name}-config",
        _ => $"v1/serviceaccounts/{name}-server",
    };
}
