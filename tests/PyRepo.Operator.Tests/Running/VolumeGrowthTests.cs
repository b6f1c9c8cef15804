using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Resources.Reports;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A volume fills up, and the operator lets it grow.</summary>
[Collection(nameof(WholeCluster))]
public sealed class VolumeGrowthTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [Fact]
    public async Task A_claim_grows_step_by_step_to_its_maximum_and_keeps_its_size()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await using var pod = new ScriptedServer();
        pod.Report(Volume(size: 1000, free: 500));
        var operators = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await ApplyClassAsync(cluster, mayGrow: true);
        await cluster.ApplyAsync(Repository(cluster, "autoGrow: { at: 80, by: 50%, max: 8Gi }"));
        await cluster.UntilThereAsync("v1/persistentvolumeclaims/team-a-data");
        await node.BindAsync("team-a-data", "4Gi");
        await pod.RunPodAsync(cluster, "team-a", "team-a-1");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        Assert.Equal("4Gi", await RequestAsync(cluster));

        pod.Report(Volume(size: 1000, free: 190));
        await UntilRequestAsync(cluster, "6Gi");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Growing");
        await cluster.UntilEventAsync("Growing", "team-a");
        Assert.Contains(
            "from 4Gi to 6Gi", await cluster.MessageAsync(Plural, "team-a", "StorageReady"),
            StringComparison.Ordinal);
        // The volume is larger, and what the server reports is from before: that is no reason for another step.
        await node.BindAsync("team-a-data", "6Gi");
        await Eventually.IsAsync("the file system is waited for", async () =>
            (await cluster.MessageAsync(Plural, "team-a", "StorageReady")).Contains(
                "file system", StringComparison.Ordinal));
        pod.Report(Volume(size: 1500, free: 690));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        await cluster.UntilEventAsync("Grown", "team-a");
        Assert.Equal("6Gi", await RequestAsync(cluster));

        // Another operator knows the size from the claim alone, and the spec is as it was applied.
        await operators.DisposeAsync();
        operators = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        pod.Report(Volume(size: 1500, free: 700));
        await cluster.ApplyAsync(Repository(cluster, "autoGrow: { at: 70, by: 50%, max: 8Gi }"));
        await Eventually.IsAsync("a reconcile", async () =>
            (long?)(await cluster.ConditionAsync(Plural, "team-a", "StorageReady"))!["observedGeneration"] == 2);
        Assert.Equal("6Gi", await RequestAsync(cluster));
        var found = (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!;
        Assert.Equal("4Gi", (string?)found["spec"]!["storage"]!["persistentVolumeClaim"]!["size"]);

        pod.Report(Volume(size: 1500, free: 100));
        await UntilRequestAsync(cluster, "8Gi");
        await node.BindAsync("team-a-data", "8Gi");
        pod.Report(Volume(size: 2000, free: 100));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "VolumeAtMax");
        await cluster.UntilEventAsync("VolumeAtMax", "team-a");
        Assert.Equal("8Gi", await RequestAsync(cluster));
        Assert.Null(await cluster.ConditionAsync(Plural, "team-a", "Stalled"));

        // It no longer grows, and keeps what it has.
        await cluster.ApplyAsync(Repository(cluster, ""));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        Assert.Equal("8Gi", await RequestAsync(cluster));
        await operators.DisposeAsync();
    }

    [Fact]
    public async Task A_size_that_is_raised_by_hand_is_not_followed_by_a_step_for_the_old_file_system()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await using var pod = new ScriptedServer();
        pod.Report(Volume(size: 1000, free: 500));
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await ApplyClassAsync(cluster, mayGrow: true);
        await cluster.ApplyAsync(Repository(cluster, "autoGrow: { at: 80, max: 20Gi }"));
        await cluster.UntilThereAsync("v1/persistentvolumeclaims/team-a-data");
        await node.BindAsync("team-a-data", "4Gi");
        await pod.RunPodAsync(cluster, "team-a", "team-a-1");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");

        pod.Report(Volume(size: 1000, free: 100));
        await cluster.ApplyAsync(Repository(cluster, "autoGrow: { at: 80, max: 20Gi }", size: "8Gi"));
        await UntilRequestAsync(cluster, "8Gi");
        await node.BindAsync("team-a-data", "8Gi");
        await Eventually.IsAsync("the file system is waited for", async () =>
            (await cluster.MessageAsync(Plural, "team-a", "StorageReady")).Contains(
                "file system", StringComparison.Ordinal));
        Assert.Equal("8Gi", await RequestAsync(cluster));
        pod.Report(Volume(size: 2000, free: 1000));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        Assert.Equal("8Gi", await RequestAsync(cluster));
    }

    /// <summary>An operator of one namespace may not read classes: the API server tells it.</summary>
    [Theory]
    [InlineData(true, "(allowVolumeExpansion)")]
    [InlineData(false, "the API server refuses")]
    public async Task A_class_that_forbids_growth_is_reported_and_the_repository_serves(
        bool wholeCluster, string message)
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: wholeCluster);
        await using var node = new FakeNode(cluster);
        await using var pod = new ScriptedServer();
        pod.Report(Volume(size: 1000, free: 100));
        await ApplyClassAsync(cluster, mayGrow: false);
        await cluster.ApplyAsync(Repository(cluster, "autoGrow: { max: 8Gi }"));
        await cluster.UntilThereAsync("v1/persistentvolumeclaims/team-a-data");
        await node.BindAsync("team-a-data", "4Gi");
        await pod.RunPodAsync(cluster, "team-a", "team-a-1");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "GrowthRefused");
        await cluster.UntilEventAsync("GrowthRefused", "team-a");
        Assert.Contains(
            message, await cluster.MessageAsync(Plural, "team-a", "StorageReady"), StringComparison.Ordinal);
        Assert.Equal("4Gi", await RequestAsync(cluster));
        Assert.Null(await cluster.ConditionAsync(Plural, "team-a", "Stalled"));
    }

    [Fact]
    public async Task A_server_reports_its_volume_and_memory_as_the_operator_reads_them()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await using var node = new FakeNode(cluster);
        await ApplyClassAsync(cluster, mayGrow: true);
        await cluster.ApplyAsync(Repository(cluster, "autoGrow: { max: 8Gi }"));
        await node.BindAsync("team-a-data", "4Gi");
        var pod = await node.RunAsync("team-a");
        await Eventually.IsAsync("the server has measured its volume", async () =>
            ServerReport.Read(Encoding.UTF8.GetBytes((await pod.StatusAsync()).ToJsonString()))
                is { Memory.Budget: > 0, Repositories: [{ Volume: { Size: > 0, Free: >= 0 } }] });
    }

    static string Volume(int size, int free) => $$"""
        { "version": "1", "repositories": [ { "kind": "PythonRepository", "name": "team-a", "ready": true,
            "volume": { "size": {{size}}, "free": {{free}} } } ] }
        """;

    static string Repository(TestCluster cluster, string growth, string size = "4Gi") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec:
          storage: { persistentVolumeClaim: { size: {{size}}, storageClassName: {{ClassOf(cluster)}}, {{growth}} } }
        """;

    static string ClassOf(TestCluster cluster) => $"autogrow-{cluster.Namespace}";

    static Task ApplyClassAsync(TestCluster cluster, bool mayGrow) => cluster.ApplyAsync($$"""
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: { name: {{ClassOf(cluster)}} }
        provisioner: example.com/disks
        allowVolumeExpansion: {{(mayGrow ? "true" : "false")}}
        """);

    static Task<TimeSpan> UntilRequestAsync(TestCluster cluster, string size) =>
        Eventually.IsAsync($"the claim asks for {size}", async () => await RequestAsync(cluster) == size);

    static async Task<string?> RequestAsync(TestCluster cluster)
    {
        JsonNode claim = (await cluster.GetAsync("v1/persistentvolumeclaims/team-a-data"))!;
        return (string?)claim["spec"]!["resources"]!["requests"]!["storage"];
    }
}
