using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Crds;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A cluster whose definitions knew v1alpha1 alone is upgraded.</summary>
[Collection(nameof(OtherDefinitions))]
[Trait("Kubernetes", "oldest")]
public sealed class StoredVersionTests(ApiServer server)
{
    const string Resources = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a, labels: { team: a } }
        spec: { uploads: { maxFileSize: 1Gi }, storage: { ephemeral: {} } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: public }
        spec: { upstream: { url: "https://pypi.example.com/simple/" }, storage: { ephemeral: {} } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec: { members: [ { kind: PythonRepository, name: team-a }, { kind: ProxyRepository, name: public } ] }
        """;

    static readonly string[] _names = ["team-a", "public", "all"];

    [Fact]
    public async Task Resources_move_to_the_new_version_once_and_are_what_they_were_and_no_pod_is_replaced()
    {
        var cluster = await BeginAsync();
        await using var node = new FakeNode(cluster);
        await using (var first = await OperatorProcess.StartAsync(cluster, wholeCluster: true))
        {
            await MakeReadyAsync(cluster, node);
            Assert.Equal(0, await first.StopAsync());
        }
        Assert.All(await StoredAsync(), stored => Assert.Equal("v1alpha1", stored));
        var before = await ReadAsync(cluster, "v1alpha1");
        var deployments = await DeploymentsAsync(cluster);

        await OtherDefinitions.DefineAsync(server);
        Assert.All(await StoredAsync(), stored => Assert.Equal("v1alpha1 v1beta1", stored));
        await using (var second = await OperatorProcess.StartAsync(cluster, wholeCluster: true))
        {
            await UntilMovedAsync(second);
            Assert.Equal(0, await second.StopAsync());
        }
        var after = await ReadAsync(cluster, "v1beta1");
        Assert.Equal(WithoutVersions(before), WithoutVersions(after));
        Assert.DoesNotContain(VersionsOf(before), VersionsOf(after).Contains);
        Assert.Equal(Texts(after), Texts(await ReadAsync(cluster, "v1alpha1")));
        Assert.Equal(deployments, await DeploymentsAsync(cluster));

        var since = server.Audit.End;
        await using (var third = await OperatorProcess.StartAsync(cluster, wholeCluster: true))
        {
            await Eventually.IsAsync("it has looked", async () => server.Audit.Read(since).Count(IsLook) >= 3);
            Assert.Equal(0, await third.StopAsync());
        }
        Assert.DoesNotContain(server.Audit.Read(since), request =>
            request is { IsWrite: true, User.Username: TestCluster.Operator, ObjectRef.Resource: not "leases" });
        Assert.Equal(VersionsOf(after), VersionsOf(await ReadAsync(cluster, "v1beta1")));

        // What were still stored in a version that is in no definition could not be read.
        await OtherDefinitions.DefineAsync(server, OtherDefinitions.After);
        Assert.Equal(Texts(after), Texts(await ReadAsync(cluster, "v1beta1")));
    }

    [Fact]
    public async Task An_operator_of_some_namespaces_reads_no_definition()
    {
        var cluster = await BeginAsync();
        await OtherDefinitions.DefineAsync(server);
        var since = server.Audit.End;
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Resources);
        await cluster.UntilAsync("repositorygroups", "all", "Ready", "Unknown");
        Assert.DoesNotContain(server.Audit.Read(since), request => request.User.Username == TestCluster.Operator
            && request.ObjectRef?.Resource == "customresourcedefinitions");
    }

    async Task<TestCluster> BeginAsync()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await OtherDefinitions.BeginAsync(server, OtherDefinitions.Before);
        return cluster;
    }

    static async Task MakeReadyAsync(TestCluster cluster, FakeNode node)
    {
        await cluster.ApplyAsync(Resources);
        foreach (var (plural, name) in OtherDefinitions.Plurals.Zip(_names))
        {
            await cluster.UntilAsync(plural, name, "Ready", "Unknown");
            await node.RunAsync(name);
        }
        foreach (var (plural, name) in OtherDefinitions.Plurals.Zip(_names))
            await cluster.UntilAsync(plural, name, "Ready", "True");
        await cluster.UntilAsync("repositorygroups", "all", "MembersReady", "True");
    }

    async Task UntilMovedAsync(OperatorProcess running)
    {
        foreach (var plural in OtherDefinitions.Plurals)
        {
            await Eventually.IsAsync(
                $"{plural} are stored in the new version",
                async () => await OtherDefinitions.StoredAsync(server, plural) == "v1beta1", () => running.Log);
        }
    }

    Task<string[]> StoredAsync() =>
        Task.WhenAll(OtherDefinitions.Plurals.Select(plural => OtherDefinitions.StoredAsync(server, plural)));

    async Task<IReadOnlyList<JsonNode>> ReadAsync(TestCluster cluster, string version) =>
    [
        .. (await Task.WhenAll(OtherDefinitions.Plurals.Select(
            plural => OtherDefinitions.ListAsync(server, version, cluster.Namespace, plural)))).SelectMany(all => all),
    ];

    static async Task<IReadOnlyList<string>> DeploymentsAsync(TestCluster cluster) =>
        Texts(await cluster.ListAsync("apps/v1/deployments"));

    static IReadOnlyList<string> WithoutVersions(IReadOnlyList<JsonNode> resources) =>
    [
        .. resources.Select(resource =>
        {
            var copy = resource.DeepClone();
            Assert.True(copy["metadata"]!.AsObject().Remove("resourceVersion"));
            return copy.ToJsonString();
        }),
    ];

    static IReadOnlyList<string> VersionsOf(IReadOnlyList<JsonNode> resources) =>
        [.. resources.Select(resource => (string)resource["metadata"]!["resourceVersion"]!)];

    static IReadOnlyList<string> Texts(IReadOnlyList<JsonNode> objects) =>
        [.. objects.Select(each => each.ToJsonString())];

    static bool IsLook(AuditEntry request) => request is
    {
        Verb: "get",
        User.Username: TestCluster.Operator,
        ObjectRef.Resource: "customresourcedefinitions",
    };
}
