using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class RetainedDataTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string PersistentVolumeClaimPath = "v1/persistentvolumeclaims/team-a-data";

    [Fact]
    public async Task A_recreated_resource_finds_its_claim_files_and_password_unchanged()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await BringUpAsync(cluster, node);
        await pod.UploadAsync("demo", "1.0", await PasswordAsync(cluster));
        var (uid, claim) = (await UidAsync(cluster), await StateOfClaimAsync(cluster));
        var password = await PasswordAsync(cluster);
        Assert.Null((await cluster.GetAsync(PersistentVolumeClaimPath))!["metadata"]!["ownerReferences"]);

        await node.EndAsync(pod);
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await node.CollectGarbageAsync();
        await cluster.ApplyAsync(Repository("team-a"));
        await Eventually.IsAsync("another Deployment", async () =>
            await OwnerAsync(cluster) is { } owner && owner != uid);
        pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        Assert.NotEqual(uid, await UidAsync(cluster));
        Assert.Equal(claim, await StateOfClaimAsync(cluster));
        Assert.Equal(password, await PasswordAsync(cluster));
        Assert.Equal(HttpStatusCode.OK, await pod.StatusOfAsync("simple/demo/"));
    }

    [Fact]
    public async Task Another_kind_of_the_same_name_never_gets_the_data()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await BringUpAsync(cluster, node);
        var claim = await StateOfClaimAsync(cluster);
        await node.EndAsync(pod);
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await node.CollectGarbageAsync();
        await cluster.ApplyAsync(
            Repository("team-a").Replace("PythonRepository", "ProxyRepository", StringComparison.Ordinal));
        await cluster.UntilAsync("proxyrepositories", "team-a", "Ready", "False", "DataOfAnother");
        Assert.Null(await cluster.GetAsync("apps/v1/deployments/team-a"));
        Assert.Equal(claim, await StateOfClaimAsync(cluster));
    }

    [Fact]
    public async Task A_claim_with_the_data_of_another_resource_is_used_only_by_who_takes_them_over()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await BringUpAsync(cluster, node);
        await node.EndAsync(pod);
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await node.CollectGarbageAsync();
        await cluster.ApplyAsync(
            Repository("cache", "storage: { persistentVolumeClaim: { existingClaim: team-a-data } }")
                .Replace("PythonRepository", "ProxyRepository", StringComparison.Ordinal));
        await cluster.UntilAsync("proxyrepositories", "cache", "Ready", "False", "DataOfAnother");
        var message = await cluster.MessageAsync("proxyrepositories", "cache", "Ready");
        Assert.Contains("can't take them over: name another claim", message, StringComparison.Ordinal);
        const string storage = "storage: { persistentVolumeClaim: { existingClaim: team-a-data } }";
        await cluster.ApplyAsync(Repository("team-b", storage));
        await cluster.UntilAsync(Plural, "team-b", "Ready", "False", "DataOfAnother");
        foreach (var name in (string[])["cache", "team-b"])
            Assert.Null(await cluster.GetAsync($"apps/v1/deployments/{name}"));
        await cluster.DeleteAsync("pyrepo.dev/v1alpha1/proxyrepositories/cache");
        await cluster.ApplyAsync(Repository(
            "team-b", storage, $"pyrepo.dev/take-over: {cluster.Namespace}/team-a"));
        await node.RunAsync("team-b");
        await cluster.UntilAsync(Plural, "team-b", "Ready", "True");
    }

    /// <summary>Who may create resources would get the data of each one in the namespace.</summary>
    [Fact]
    public async Task The_claim_of_a_living_resource_is_mounted_by_no_other()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await BringUpAsync(cluster, node);
        await cluster.ApplyAsync(Claim("free", "first"));
        await node.BindAsync("free", "1Gi");
        await cluster.ApplyAsync(Repository("first", "storage: { persistentVolumeClaim: { existingClaim: free } }"));
        var pod = await node.RunAsync("first");
        await cluster.UntilAsync(Plural, "first", "Ready", "True");
        foreach (var (name, claim, owner) in new[]
            { ("stranger", "team-a-data", "team-a"), ("second", "free", "first") })
        {
            await cluster.ApplyAsync(Repository(
                name, $"storage: {{ persistentVolumeClaim: {{ existingClaim: {claim} }} }}",
                $"pyrepo.dev/take-over: {cluster.Namespace}/{owner}"));
            await cluster.UntilAsync(Plural, name, "Stalled", "True", "DataOfAnother");
            Assert.Contains(
                $"The PythonRepository {owner} uses the claim {claim}.",
                await cluster.MessageAsync(Plural, name, "Ready"), StringComparison.Ordinal);
            Assert.Null(await cluster.GetAsync($"apps/v1/deployments/{name}"));
        }
        // What nobody uses any more is free.
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/first");
        await node.EndAsync(pod);
        await cluster.UntilAsync(Plural, "second", "Stalled", "True", "VolumeNotGiven");
        await cluster.ApplyAsync(Claim("free", "second"));
        await node.RunAsync("second");
        await cluster.UntilAsync(Plural, "second", "Ready", "True");
    }

    /// <summary>Who may create resources would read any volume of the namespace.</summary>
    [Fact]
    public async Task A_claim_that_its_owner_gave_to_nobody_is_mounted_by_nobody()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Claim("postgres-data"));
        await node.BindAsync("postgres-data", "1Gi");
        await cluster.ApplyAsync(Repository(
            "team-a", "storage: { persistentVolumeClaim: { existingClaim: postgres-data } }"));
        await cluster.UntilAsync(Plural, "team-a", "Stalled", "True", "VolumeNotGiven");
        Assert.Null(await cluster.GetAsync("apps/v1/deployments/team-a"));

        var message = await cluster.MessageAsync(Plural, "team-a", "Ready");
        await cluster.KubectlAsync(message[(message.IndexOf("kubectl ", StringComparison.Ordinal) + 8)..].Split(' '));
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        Assert.Equal(HttpStatusCode.OK, await pod.StatusOfAsync("simple/"));
    }

    [Fact]
    public async Task An_administrator_can_allow_all_claims_and_their_files_keep_their_group()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, """, "claimableVolumes": "All" """);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Claim("any"));
        await node.BindAsync("any", "1Gi");
        await cluster.ApplyAsync(Repository("team-a", "storage: { persistentVolumeClaim: { existingClaim: any } }"));
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        var deployment = (await cluster.GetAsync("apps/v1/deployments/team-a"))!;
        Assert.Null(deployment["spec"]!["template"]!["spec"]!["securityContext"]!["fsGroup"]);
    }

    [Fact]
    public async Task A_recreated_resource_does_not_shrink_its_existing_claim()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository("team-a", "storage: { persistentVolumeClaim: { size: 2Gi } }"));
        await node.BindAsync("team-a-data", "2Gi");
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await cluster.ApplyAsync(Repository("team-a", "storage: { persistentVolumeClaim: { size: 1Gi } }"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "StorageShrinkRejected");
        await cluster.ApplyAsync(Repository("team-a", "storage: { persistentVolumeClaim: { size: 2Gi } }"));
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
    }

    [Fact]
    public async Task Claim_and_password_are_deleted_with_the_resource_under_Delete_and_kept_under_Retain()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository("team-a", "storage: { deletionPolicy: Delete }"));
        await cluster.UntilThereAsync(PersistentVolumeClaimPath);
        var uid = await UidAsync(cluster);
        foreach (var path in (string[])[PersistentVolumeClaimPath, "v1/secrets/team-a-credentials"])
        {
            var reference = Assert.Single((await cluster.GetAsync(path))!["metadata"]!["ownerReferences"]!.AsArray())!;
            Assert.Equal((uid, true), ((string?)reference["uid"], (bool?)reference["controller"]));
        }
        await cluster.ApplyAsync(Repository("team-a", "storage: { deletionPolicy: Retain }"));
        await Eventually.IsAsync("the claim belongs to nobody", async () =>
            (await cluster.GetAsync(PersistentVolumeClaimPath))!["metadata"]!["ownerReferences"] is null);
    }

    [Fact]
    public async Task A_foreign_claim_is_used_but_neither_owned_nor_changed()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository(
            "team-a", "storage: { persistentVolumeClaim: { existingClaim: mine }, deletionPolicy: Delete }"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "False", "ClaimNotFound");
        await cluster.ApplyAsync(Claim("mine", "team-a"));
        await node.BindAsync("mine", "1Gi");
        var before = await StateOfClaimAsync(cluster, "mine");
        await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        Assert.Equal(before, await StateOfClaimAsync(cluster, "mine"));
        Assert.Null(await cluster.GetAsync(PersistentVolumeClaimPath));
    }

    [Fact]
    public async Task A_resource_of_another_name_takes_over_the_data_if_it_says_so()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await BringUpAsync(cluster, node);
        await pod.UploadAsync("demo", "1.0", await PasswordAsync(cluster));
        await node.EndAsync(pod);
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await node.CollectGarbageAsync();
        await cluster.ApplyAsync(Repository(
            "team-b", annotations: $"pyrepo.dev/take-over: {cluster.Namespace}/team-a"));
        pod = await node.RunAsync("team-b");
        await cluster.UntilAsync(Plural, "team-b", "Ready", "True");
        Assert.Equal(HttpStatusCode.OK, await pod.StatusOfAsync("simple/demo/"));
        var metadata = (await cluster.GetAsync(PersistentVolumeClaimPath))!["metadata"]!;
        Assert.Equal(
            $"PythonRepository/{cluster.Namespace}/team-b", (string?)metadata["annotations"]!["pyrepo.dev/data-of"]);
        // What an update writes, no later apply can remove.
        Assert.DoesNotContain(metadata["managedFields"]!.AsArray(), fields =>
            (string?)fields!["manager"] == "pyrepo-operator" && (string?)fields["operation"] == "Update");
        Assert.Null(await cluster.GetAsync("v1/persistentvolumeclaims/team-b-data"));

        await cluster.ApplyAsync(Repository("team-a"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "DataOfAnother");

        await using var history = await ResourceHistory.FollowAsync(cluster, Plural);
        await cluster.ApplyAsync(Repository("team-b", "uploads: { overwrite: Always }"));
        await history.UntilAsync("Current", 2);
        Assert.Null(await cluster.GetAsync("v1/persistentvolumeclaims/team-b-data"));
        Assert.Contains(
            "\"claimName\":\"team-a-data\"", (await cluster.GetAsync("apps/v1/deployments/team-b"))!.ToJsonString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_existing_resource_keeps_its_data_until_it_is_deleted()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository("team-a"));
        await cluster.UntilThereAsync(PersistentVolumeClaimPath);
        await cluster.ApplyAsync(
            Repository("team-b", annotations: $"pyrepo.dev/take-over: {cluster.Namespace}/team-a"));
        await cluster.UntilAsync(Plural, "team-b", "Stalled", "True", "TakeOverRejected");
        Assert.EndsWith("/team-a", await DataOfAsync(cluster), StringComparison.Ordinal);
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await Eventually.IsAsync("the data are taken over", async () =>
            (await DataOfAsync(cluster)).EndsWith("/team-b", StringComparison.Ordinal), () => running.Log);
        Assert.Null(await cluster.GetAsync("v1/persistentvolumeclaims/team-b-data"));
    }

    [Fact]
    public async Task A_resource_recreated_with_other_storage_does_not_abandon_the_data_on_its_claim()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository("team-a"));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "Unknown", "ClaimPending");
        await cluster.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await cluster.ApplyAsync(Repository("team-a", "storage: { ephemeral: {} }"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "StorageChangeRejected");
    }

    static string Claim(string name, string givenTo = "") => $$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: {{name}}, annotations: { {{(givenTo.Length == 0 ? "" : $"pyrepo.dev/claimable-by: {givenTo}")}} } }
        spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
        """;

    static string Repository(string name, string spec = "", string annotations = "") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}}, annotations: { {{annotations}} } }
        spec: { {{spec}} }
        """;

    static async Task<FakePod> BringUpAsync(TestCluster cluster, FakeNode node)
    {
        await cluster.ApplyAsync(Repository("team-a"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        return pod;
    }

    static async Task<string> DataOfAsync(TestCluster cluster) =>
        (string)(await cluster.GetAsync(
            PersistentVolumeClaimPath))!["metadata"]!["annotations"]!["pyrepo.dev/data-of"]!;

    static async Task<string> UidAsync(TestCluster cluster) =>
        (string)(await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!["metadata"]!["uid"]!;

    static async Task<string?> OwnerAsync(TestCluster cluster) =>
        (string?)(await cluster.GetAsync("apps/v1/deployments/team-a"))?["metadata"]!["ownerReferences"]![0]!["uid"];

    static async Task<string> StateOfClaimAsync(TestCluster cluster, string name = "team-a-data")
    {
        var metadata = (await cluster.GetAsync($"v1/persistentvolumeclaims/{name}"))!["metadata"]!;
        return $"{metadata["uid"]} {metadata["resourceVersion"]}";
    }

    static async Task<string> PasswordAsync(TestCluster cluster) =>
        Decoded((await cluster.GetAsync("v1/secrets/team-a-credentials"))!["data"]!["password"]!);

    static string Decoded(JsonNode value) => Encoding.UTF8.GetString(Convert.FromBase64String((string)value!));
}
