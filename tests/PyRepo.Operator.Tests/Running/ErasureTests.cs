using System.Globalization;
using System.Text.Json.Nodes;
using PyRepo.Operator.Manifests;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// A resource with a bucket is deleted. No controller runs but the operator's: the test plays the others.
/// </summary>
[Trait("Kubernetes", "oldest")]
public sealed class ErasureTests(ApiServer server)
{
    const string Path = "pyrepo.dev/v1alpha1/pythonrepositories/team-a";
    const string DeploymentPath = "apps/v1/deployments/team-a";
    const string Finalizer = "pyrepo.dev/bucket-data";

    [Fact]
    public async Task The_data_are_erased_after_the_last_pod_ended_and_then_the_resource_goes()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await ApplyAsync(cluster, "Delete");
        await CreatePodAsync(cluster);
        Assert.Equal([Finalizer], Finalizers(await cluster.GetAsync(Path)));

        await cluster.DeleteAsync(Path);
        await UntilScaledToNoneAsync(cluster);
        await SayStoppedAsync(cluster);
        await Eventually.IsAsync(
            "the Deployment is gone", async () => await cluster.GetAsync(DeploymentPath) is null);
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "Unknown", "Erasing");
        Assert.Null(await JobAsync(cluster));
        await cluster.KubectlAsync("delete", "pod", "team-a-1", "--grace-period=0", "--force");

        var job = await UntilJobAsync(cluster);
        Assert.Equal("team-a-server", (string?)job["spec"]!["template"]!["spec"]!["serviceAccountName"]);
        foreach (var need in (string[])["v1/serviceaccounts/team-a-server", "v1/configmaps/team-a-config"])
            await UntilOwnedByAsync(cluster, need, (string)job["metadata"]!["uid"]!);
        Assert.Null(await cluster.GetAsync("v1/services/team-a"));
        await EndAsync(cluster, job, "Complete");
        await UntilGoneAsync(cluster);
        await UntilEventAsync(cluster, "Normal", "erased the data in the bucket packages at http://minio.minio:9000");
    }

    [Fact]
    public async Task Data_are_not_erased_beside_a_server_that_no_watch_shows()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using (await OperatorProcess.StartAsync(cluster))
            await ApplyAsync(cluster, "Delete");
        // Watches select by this label. The admission policy lets nobody scale what does not have it.
        await cluster.KubectlAsync("label", "deployment/team-a", $"{ChildMetadata.KindLabel}-");
        await cluster.DeleteAsync(Path);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "Unknown", "Erasing");
        Assert.Null(await JobAsync(cluster));
        Assert.NotNull(await cluster.GetAsync(DeploymentPath));
    }

    [Fact]
    public async Task An_unreachable_bucket_delays_the_deletion_only_until_the_Job_fails()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await ApplyAsync(cluster, "Delete");
        await cluster.DeleteAsync(Path);
        await UntilScaledToNoneAsync(cluster);
        await SayStoppedAsync(cluster);
        await EndAsync(cluster, await UntilJobAsync(cluster), "Failed");
        await UntilGoneAsync(cluster);
        await UntilEventAsync(cluster, "Warning", "The data stay: the Job");
    }

    [Fact]
    public async Task Objects_that_a_foreground_deletion_takes_from_the_Job_are_recreated_without_the_owner()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await ApplyAsync(cluster, "Delete");
        await cluster.KubectlAsync(
            "delete", "pythonrepository", "team-a", "--cascade=foreground", "--wait=false");
        // The garbage collector's part.
        foreach (var child in (string[])
            ["deployment/team-a", "configmap/team-a-config", "serviceaccount/team-a-server"])
        {
            await cluster.KubectlAsync("delete", child, "--ignore-not-found");
        }
        var job = await UntilJobAsync(cluster);
        foreach (var need in (string[])["v1/serviceaccounts/team-a-server", "v1/configmaps/team-a-config"])
            await UntilOwnedByAsync(cluster, need, (string)job["metadata"]!["uid"]!);
        await EndAsync(cluster, job, "Complete");
        await Eventually.IsAsync("the finalizer is gone", async () =>
            !Finalizers(await cluster.GetAsync(Path)).Contains(Finalizer));
    }

    [Fact]
    public async Task Only_data_to_be_erased_delay_a_deletion()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await ApplyAsync(cluster, "Retain");
        Assert.Empty(Finalizers(await cluster.GetAsync(Path)));
        await ApplyAsync(cluster, "Delete");
        await Eventually.IsAsync("the finalizer is there", async () =>
            Finalizers(await cluster.GetAsync(Path)).Contains(Finalizer));
        await ApplyAsync(cluster, "Retain");
        await Eventually.IsAsync(
            "the finalizer is gone", async () => Finalizers(await cluster.GetAsync(Path)).Length == 0);
        await cluster.DeleteAsync(Path);
        await UntilGoneAsync(cluster);
        Assert.Null(await JobAsync(cluster));
    }

    [Fact]
    public async Task A_paused_resource_delays_its_own_deletion_but_not_that_of_its_namespace()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await ApplyAsync(cluster, "Delete");
        await cluster.KubectlAsync("annotate", "pythonrepository", "team-a", "pyrepo.dev/paused=true");
        await cluster.UntilAsync("pythonrepositories", "team-a", "Ready", "Unknown", "Paused");
        await cluster.DeleteAsync(Path);
        await Eventually.IsAsync(
            "it waits", async () => (await cluster.GetAsync(Path))?["metadata"]!["deletionTimestamp"] is not null);
        await cluster.KubectlAsync("delete", "namespace", cluster.Namespace, "--wait=false");
        // The operator does not watch namespaces: it looks when something happens to the resource. That may be gone by now.
        await server.RunKubectlAsync(
            ["annotate", "pythonrepository", "team-a", "somebody=looked", "-n", cluster.Namespace]);
        await UntilGoneAsync(cluster);
    }

    [Fact]
    public async Task A_deleted_namespace_does_not_wait_for_the_data_and_the_log_says_that_they_remain()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await ApplyAsync(cluster, "Delete");
        await cluster.KubectlAsync("delete", "namespace", cluster.Namespace, "--wait=false");
        await cluster.DeleteAsync(Path);
        await UntilGoneAsync(cluster);
        await Eventually.IsAsync("the log says so", () => Task.FromResult(
            running.Log.Contains("the namespace is being deleted", StringComparison.Ordinal)));
    }

    static async Task ApplyAsync(TestCluster cluster, string policy)
    {
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec:
              storage:
                bucket: { name: packages, endpoint: "http://minio.minio:9000", credentialsSecretRef: { name: s3 } }
                deletionPolicy: {{policy}}
            """);
        await cluster.UntilThereAsync(DeploymentPath);
    }

    static Task CreatePodAsync(TestCluster cluster) => cluster.CreateAsync("v1/pods", JsonNode.Parse("""
        {
          "apiVersion": "v1", "kind": "Pod",
          "metadata": {
            "name": "team-a-1", "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "team-a" }
          },
          "spec": { "containers": [ { "name": "server", "image": "example.com/pyrepo:1" } ] }
        }
        """)!);

    static Task<TimeSpan> UntilScaledToNoneAsync(TestCluster cluster) => Eventually.IsAsync(
        "the Deployment is scaled to none",
        async () => (int?)(await cluster.GetAsync(DeploymentPath))?["spec"]!["replicas"] == 0);

    static async Task SayStoppedAsync(TestCluster cluster) => await cluster.PatchAsync(
        $"{DeploymentPath}/status", new JsonObject { ["status"] = new JsonObject { ["observedGeneration"] = 100 } });

    static async Task<JsonNode?> JobAsync(TestCluster cluster) =>
        (await cluster.ListAsync("batch/v1/jobs")).SingleOrDefault();

    static async Task<JsonNode> UntilJobAsync(TestCluster cluster)
    {
        await Eventually.IsAsync("the Job", async () => await JobAsync(cluster) is not null);
        return (await JobAsync(cluster))!;
    }

    static Task<TimeSpan> UntilOwnedByAsync(TestCluster cluster, string path, string uid) => Eventually.IsAsync(
        $"{path} is the Job's alone",
        async () => (await cluster.GetAsync(path))?["metadata"]!["ownerReferences"]?.AsArray() is [var owner]
            && (string?)owner!["uid"] == uid);

    /// <summary>As the Job's controller writes it; before Kubernetes 1.31, with one condition.</summary>
    static async Task EndAsync(TestCluster cluster, JsonNode job, string type)
    {
        try
        {
            await EndAsync(cluster, job, [type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget", type]);
        }
        catch (InvalidOperationException)
        {
            await EndAsync(cluster, job, [type]);
        }
    }

    static async Task EndAsync(TestCluster cluster, JsonNode job, string[] conditions)
    {
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var status = new JsonObject
        {
            ["startTime"] = now,
            ["conditions"] = new JsonArray([.. conditions.Select(name => new JsonObject
            {
                ["type"] = name,
                ["status"] = "True",
                ["reason"] = "Test",
                ["lastTransitionTime"] = now,
            })]),
        };
        if (conditions.Contains("Complete"))
            status["completionTime"] = now;
        await cluster.PatchAsync(
            $"batch/v1/jobs/{job["metadata"]!["name"]}/status", new JsonObject { ["status"] = status });
    }

    static Task<TimeSpan> UntilGoneAsync(TestCluster cluster) =>
        Eventually.IsAsync("the resource is gone", async () => await cluster.GetAsync(Path) is null);

    static Task<TimeSpan> UntilEventAsync(TestCluster cluster, string type, string message) => Eventually.IsAsync(
        $"an event with {message}",
        async () => (await cluster.ListAsync("v1/events"))
            .Any(e => (string?)e["type"] == type
                && ((string?)e["message"])?.Contains(message, StringComparison.Ordinal) is true));

    static string[] Finalizers(JsonNode? resource) =>
        [.. (resource?["metadata"]!["finalizers"]?.AsArray() ?? []).Select(finalizer => (string)finalizer!)];
}
