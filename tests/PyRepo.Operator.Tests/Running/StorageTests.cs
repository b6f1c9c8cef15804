using PyRepo.Operator.Limits;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Collection(nameof(WholeCluster))]
public sealed class StorageTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [Fact]
    public async Task A_claim_grows_with_its_resource_where_its_class_lets_it()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await using var node = new FakeNode(cluster);
        var name = await MakeClassAsync(cluster, "grows", mayGrow: true);
        await cluster.ApplyAsync(Repository($"size: 1Gi, storageClassName: {name}"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        await node.BindAsync("team-a-data", "1Gi");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");

        await cluster.ApplyAsync(Repository($"size: 2Gi, storageClassName: {name}"));
        await Eventually.IsAsync("the claim asks for more", async () => await RequestAsync(cluster) == "2Gi");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Growing");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        await node.BindAsync("team-a-data", "2Gi");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        await cluster.UntilEventAsync("Growing", "team-a");
        await cluster.UntilEventAsync("Grown", "team-a");
    }

    [Fact]
    public async Task A_claim_without_a_volume_grows_once_it_has_one()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await using var node = new FakeNode(cluster);
        var name = await MakeClassAsync(cluster, "grows", mayGrow: true);
        await cluster.ApplyAsync(Repository($"size: 1Gi, storageClassName: {name}"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        await using var history = await ResourceHistory.FollowAsync(cluster, Plural);
        await cluster.ApplyAsync(Repository($"size: 2Gi, storageClassName: {name}"));
        await history.UntilAsync("InProgress", 2);
        await Eventually.IsAsync("a reconcile", async () =>
            (long?)(await cluster.ConditionAsync(Plural, "team-a", "Ready"))!["observedGeneration"] == 2);
        Assert.DoesNotContain(history.Versions, v => KStatus.GetStatus(v, "Stalled") is not null);
        await node.BindAsync("team-a-data", "1Gi");
        await Eventually.IsAsync("the claim asks for more", async () => await RequestAsync(cluster) == "2Gi");
    }

    [Fact]
    public async Task A_StorageClass_that_forbids_growth_is_reported_and_the_rest_is_applied()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await using var node = new FakeNode(cluster);
        var name = await MakeClassAsync(cluster, "fixed", mayGrow: false);
        await cluster.ApplyAsync(Repository($"size: 1Gi, storageClassName: {name}"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        await node.BindAsync("team-a-data", "1Gi");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");

        await cluster.ApplyAsync(Repository($"size: 2Gi, storageClassName: {name}", "uploads: { overwrite: Always }"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "StorageNotExpandable");
        var message = await cluster.MessageAsync(Plural, "team-a", "StorageReady");
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Equal("1Gi", await RequestAsync(cluster));
        var told = await cluster.GetAsync("v1/configmaps/team-a-config");
        Assert.Contains("Always", told!.ToJsonString(), StringComparison.Ordinal);

        await cluster.KubectlAsync(
            "patch", "storageclass", name, "--type=merge", "-p", """{"allowVolumeExpansion":true}""");
        await Eventually.IsAsync("the claim asks for more", async () => await RequestAsync(cluster) == "2Gi");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
    }

    [Fact]
    public async Task Without_access_to_classes_the_API_servers_rejection_is_reported_and_the_rest_applied()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var name = await MakeClassAsync(cluster, "fixed", mayGrow: false);
        await cluster.ApplyAsync(Repository($"size: 1Gi, storageClassName: {name}"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        await node.BindAsync("team-a-data", "1Gi");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        await cluster.ApplyAsync(Repository(
            $"size: 2Gi, storageClassName: {name}", "server: { resources: { limits: { memory: 77Mi } } }"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "WriteFailed");
        var message = await cluster.MessageAsync(Plural, "team-a", "Ready");
        Assert.Contains("must support resize", message, StringComparison.Ordinal);
        var deployment = await cluster.GetAsync("apps/v1/deployments/team-a");
        Assert.Contains("77Mi", deployment!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_smaller_size_and_another_class_are_rejected_at_admission()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await cluster.ApplyAsync(Repository("size: 2Gi, storageClassName: fast"));
        var shrunk = await TryAsync(cluster, "size: 1Gi, storageClassName: fast");
        Assert.Contains("spec.storage.persistentVolumeClaim.size", shrunk.MustFail(), StringComparison.Ordinal);
        var moved = await TryAsync(cluster, "size: 2Gi, storageClassName: slow");
        Assert.Contains("storageClassName", moved.MustFail(), StringComparison.Ordinal);
        var shared = await TryAsync(cluster, "size: 2Gi, storageClassName: fast, accessModes: [ReadWriteMany]");
        Assert.Contains("accessModes", shared.MustFail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_StorageClass_is_reported_until_it_exists()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await cluster.ApplyAsync(Repository($"storageClassName: late-{cluster.Namespace}"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "False", "StorageClassNotFound");
        var message = await cluster.MessageAsync(Plural, "team-a", "StorageReady");
        Assert.Contains($"late-{cluster.Namespace}", message, StringComparison.Ordinal);
        await MakeClassAsync(cluster, "late", mayGrow: true);
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        Assert.Null(await cluster.ConditionAsync(Plural, "team-a", "Stalled"));
    }

    [Fact]
    public async Task A_claim_that_stays_unbound_is_reported_with_its_newest_event()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var since = server.Audit.End;
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository("size: 1Gi"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        await cluster.ApplyAsync($$"""
            apiVersion: v1
            kind: Event
            metadata: { name: told }
            involvedObject: { kind: PersistentVolumeClaim, name: team-a-data, namespace: {{cluster.Namespace}} }
            reason: ProvisioningFailed
            message: the disks are all in use
            type: Warning
            """);
        await Eventually.IsAsync("the event's words", async () =>
            ((string?)(await cluster.ConditionAsync(Plural, "team-a", "StorageReady"))!["message"])!
                .Contains("the disks are all in use", StringComparison.Ordinal));
        // Anybody in the namespace may write any number of them.
        var lists = cluster.OperatorRequests(since)
            .Where(e => e.Verb == "list" && e.RequestUri.Contains("regarding.name", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lists);
        Assert.All(lists, e => Assert.Contains(
            $"limit={OperatorLimits.MaxEvents}&", e.RequestUri, StringComparison.Ordinal));
    }

    static string Repository(string claim, string more = "") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { storage: { persistentVolumeClaim: { {{claim}} } }, {{more}} }
        """;

    static Task<KubectlResult> TryAsync(TestCluster cluster, string claim) =>
        cluster.Server.RunKubectlAsync(
            ["apply", "--server-side", "-n", cluster.Namespace, "-f", "-"], Repository(claim));

    /// <summary>A class that no other test has.</summary>
    static async Task<string> MakeClassAsync(TestCluster cluster, string name, bool mayGrow)
    {
        await cluster.ApplyAsync($$"""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: { name: {{name}}-{{cluster.Namespace}} }
            provisioner: example.com/disks
            allowVolumeExpansion: {{(mayGrow ? "true" : "false")}}
            """);
        return $"{name}-{cluster.Namespace}";
    }

    static async Task<string?> RequestAsync(TestCluster cluster)
    {
        var claim = await cluster.GetAsync("v1/persistentvolumeclaims/team-a-data");
        return (string?)claim!["spec"]!["resources"]!["requests"]!["storage"];
    }
}
