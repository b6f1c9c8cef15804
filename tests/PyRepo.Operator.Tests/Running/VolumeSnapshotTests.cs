using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>Backups as snapshots of the volume. The tests play the snapshot controller and the storage.</summary>
[Collection(nameof(WholeCluster))]
[Trait("Kubernetes", "oldest")]
public sealed class VolumeSnapshotTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Resource = $"pyrepo.dev/v1alpha1/{Plural}/team-a";
    const string Backup = "BackupReady";

    /// <summary>The API server says when a snapshot was made: what the test says of the time must agree.</summary>
    static readonly DateTimeOffset _today = new(DateTime.UtcNow.Date.AddHours(3), TimeSpan.Zero);

    [Fact]
    public async Task Snapshots_are_made_when_the_cluster_can_and_told_as_backups()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository("backup: { schedule: '0 3 1 1 *', keep: 1, to: { volumeSnapshotClassName: "
            + $"{ClassOf(cluster)} }} }}"));
        await cluster.UntilAsync(Plural, "team-a", Backup, "False", "SnapshotApiMissing");

        await SnapshotApi.InstallAsync(cluster);
        await cluster.UntilAsync(Plural, "team-a", Backup, "Unknown", "BackupPending");
        await node.BindAsync("team-a-data", "4Gi");
        await cluster.UntilAsync(Plural, "team-a", Backup, "False", "SnapshotClassNotFound");
        Assert.Contains(
            ClassOf(cluster), await cluster.MessageAsync(Plural, "team-a", Backup), StringComparison.Ordinal);
        Assert.Empty(await SnapshotApi.NamesAsync(cluster));

        await SnapshotApi.ApplyClassAsync(cluster, ClassOf(cluster));
        var first = Assert.Single(await SnapshotApi.UntilAsync(cluster, 1, () => running.Log));
        var made = (await cluster.GetAsync($"{SnapshotApi.Path}/{first}"))!;
        Assert.Equal("team-a-data", (string?)made["spec"]!["source"]!["persistentVolumeClaimName"]);
        Assert.Equal("team-a", (string?)made["metadata"]!["labels"]!["pyrepo.dev/name"]);
        Assert.Null(made["metadata"]!["ownerReferences"]);

        await SnapshotApi.SayFailedAsync(cluster, first, "the disk is being detached");
        await cluster.UntilAsync(Plural, "team-a", Backup, "False", "BackupFailed");
        Assert.Contains(
            "the disk is being detached", await cluster.UntilEventAsync("BackupFailed", "team-a"),
            StringComparison.Ordinal);
        // The snapshot controller tries again by itself.
        await SnapshotApi.SayReadyAsync(cluster, first);
        await cluster.UntilAsync(Plural, "team-a", Backup, "True", "BackedUp");
        var status = (await cluster.GetAsync(Resource))!["status"]!["backup"]!;
        Assert.Equal(
            (first, 1, "4Gi", "2026-11-29T03:00:01Z", null),
            ((string?)status["name"], (int)status["count"]!, (string?)status["size"], (string?)status["last"],
                (string?)status["verified"]));
        Assert.EndsWith("-01-01T03:00:00Z", (string?)status["next"], StringComparison.Ordinal);
        Assert.Contains(
            $$"""pyrepo_backup_failing{namespace="{{cluster.Namespace}}",repository="team-a"} 0""",
            await running.GetAsync("/metrics"), StringComparison.Ordinal);

        var since = server.Audit.End;
        await running.ReconcileAgainAsync(cluster, "v1/persistentvolumeclaims/team-a-data");
        Assert.DoesNotContain(
            cluster.OperatorRequests(since), request => request.ObjectRef?.Resource == "volumesnapshots"
                || (request.IsWrite && request.ObjectRef?.Resource == Plural));

        await cluster.AnnotateAsync(Resource, Annotations.Backup, "before-the-upgrade");
        var second = (await SnapshotApi.UntilAsync(cluster, 2, () => running.Log)).Except([first]).Single();
        await cluster.AnnotateAsync(Resource, "example.com/touched", "1");
        Assert.Contains(first, await SnapshotApi.NamesAsync(cluster));
        await SnapshotApi.SayReadyAsync(cluster, second);
        Assert.Equal([second], await SnapshotApi.UntilAsync(cluster, 1, () => running.Log));
        await Eventually.IsAsync("the request is met", async () =>
            (string?)(await cluster.GetAsync(Resource))!["status"]!["backup"]!["request"] == "before-the-upgrade");

        await cluster.KubectlAsync("delete", "pythonrepository", "team-a", "--wait");
        Assert.Equal([second], await SnapshotApi.NamesAsync(cluster));
        await SnapshotApi.RemoveAsync(cluster);
    }

    [Fact]
    public async Task An_operator_that_may_not_read_classes_leaves_them_to_the_snapshot_controller()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await SnapshotApi.InstallAsync(cluster);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        await cluster.ApplyAsync(Repository("backup: { to: { volumeSnapshotClassName: missing } }"));
        await node.BindAsync("team-a-data");
        Assert.Single(await SnapshotApi.UntilAsync(cluster, 1, () => running.Log));
        await cluster.UntilAsync(Plural, "team-a", Backup, "Unknown", "BackupPending");
        await SnapshotApi.RemoveAsync(cluster);
    }

    [Fact]
    public async Task A_new_volume_is_made_from_a_snapshot_and_an_old_one_is_not_taken_for_it()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await SnapshotApi.InstallAsync(cluster);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await using var node = new FakeNode(cluster);
        const string Restored = "storage: { restoreFrom: { volumeSnapshot: team-20261129t030000z } }";
        await cluster.ApplyAsync(Repository(Restored));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "RestoreRejected");
        await SnapshotApi.ApplyAsync(cluster, "team-20261129t030000z");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "VolumeNotGiven");
        Assert.Null(await cluster.GetAsync("v1/persistentvolumeclaims/team-a-data"));
        await cluster.AnnotateAsync(
            $"{SnapshotApi.Path}/team-20261129t030000z", Annotations.ClaimableBy, "team-a");
        await cluster.UntilThereAsync("v1/persistentvolumeclaims/team-a-data");
        var source = (await cluster.GetAsync("v1/persistentvolumeclaims/team-a-data"))!["spec"]!["dataSource"]!;
        Assert.Equal(
            ("snapshot.storage.k8s.io", "VolumeSnapshot", "team-20261129t030000z"),
            ((string?)source["apiGroup"], (string?)source["kind"], (string?)source["name"]));
        await node.BindAsync("team-a-data", "10Gi");
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        await Eventually.IsAsync("it is told", async () => (string?)(await cluster.GetAsync(Resource))!["status"]
            ?["restored"]?["backup"] == "team-20261129t030000z");
        var mounted = (string)(await cluster.GetAsync("v1/configmaps/team-a-config"))!["data"]!["resource.yaml"]!;
        Assert.DoesNotContain("restoreFrom", mounted, StringComparison.Ordinal);

        // A claim keeps its source, whatever the resource says later.
        await cluster.ApplyAsync(Repository("suspend: true"));
        await Eventually.IsAsync("a reconcile", async () =>
            (long?)(await cluster.ConditionAsync(Plural, "team-a", "StorageReady"))!["observedGeneration"] == 2);
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");

        await cluster.KubectlAsync("delete", "pythonrepository", "team-a", "--wait");
        await cluster.ApplyAsync(Repository(Restored));
        await cluster.UntilAsync(Plural, "team-a", "StorageReady", "True", "Ready");
        await cluster.KubectlAsync("delete", "pythonrepository", "team-a", "--wait");
        await cluster.ApplyAsync(Repository("storage: { restoreFrom: { volumeSnapshot: another } }"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "False", "RestoreRejected");
        Assert.Contains("team-a-data", await cluster.MessageAsync(Plural, "team-a", "Ready"), StringComparison.Ordinal);
        await SnapshotApi.RemoveAsync(cluster);
    }

    [Fact]
    public async Task Whoever_comes_second_makes_no_second_snapshot()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await SnapshotApi.InstallAsync(cluster);
        using var client = new KubernetesClient(
            ClusterConnection.Open(server.Kubeconfig, null, TimeProvider.System), TimeProvider.System);
        Task<SnapshotPlan> RunAsync(DateTimeOffset now) => DoWhatIsDueAsync(client, cluster, keep: 2, now);

        await Task.WhenAll(RunAsync(_today), RunAsync(_today), RunAsync(_today));
        await RunAsync(_today.AddMinutes(3));
        var first = Assert.Single(await SnapshotApi.NamesAsync(cluster));
        Assert.Equal(ChildNames.Snapshot("team-a", _today), first);
        await SnapshotApi.SayReadyAsync(cluster, first);

        await Task.WhenAll(RunAsync(_today.AddYears(1)), RunAsync(_today.AddYears(1)));
        var second = ChildNames.Snapshot("team-a", _today.AddYears(1));
        Assert.Equal([first, second], await SnapshotApi.NamesAsync(cluster));

        var taken = ChildNames.Snapshot("team-a", _today.AddYears(2));
        await cluster.CreateAsync(SnapshotApi.Path, JsonNode.Parse($$"""
            { "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot", "metadata": { "name": "{{taken}}" },
              "spec": { "source": { "persistentVolumeClaimName": "theirs" } } }
            """)!);
        await SnapshotApi.SayReadyAsync(cluster, second);
        var plan = await RunAsync(_today.AddYears(2));
        Assert.Equal(("False", "BackupFailed"), (plan.Status, (string?)plan.Reason));
        Assert.Contains(taken, plan.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await SnapshotApi.NamesAsync(cluster)).Length);
        await SnapshotApi.RemoveAsync(cluster);
    }

    [Fact]
    public async Task What_the_snapshot_API_can_not_do_is_told_and_stops_nothing_else()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await SnapshotApi.InstallAsync(cluster);
        using var client = new KubernetesClient(
            ClusterConnection.Open(server.Kubeconfig, null, TimeProvider.System), TimeProvider.System);
        Task<SnapshotPlan> RunAsync(DateTimeOffset now) => DoWhatIsDueAsync(client, cluster, keep: 1, now);

        var before = _today.AddYears(-1);
        await BreakAsync(cluster, client, "CREATE");
        var plan = await RunAsync(before);
        Assert.Equal(("False", "BackupFailed"), (plan.Status, (string?)plan.Reason));
        Assert.Contains("webhook", plan.Message, StringComparison.Ordinal);
        Assert.Equal(before.AddMinutes(1), plan.LookAt);

        await BreakAsync(cluster, client, "DELETE");
        await RunAsync(before);
        var first = ChildNames.Snapshot("team-a", before);
        await SnapshotApi.SayReadyAsync(cluster, first);
        await RunAsync(_today.AddYears(1));
        var second = ChildNames.Snapshot("team-a", _today.AddYears(1));
        await SnapshotApi.SayReadyAsync(cluster, second);
        plan = await RunAsync(_today.AddYears(1));
        Assert.Equal(("True", "BackedUp", second), (plan.Status, (string?)plan.Reason, plan.Newest!.Metadata.Name));
        Assert.Contains("Old ones are not removed: ", plan.Message, StringComparison.Ordinal);
        Assert.Contains("webhook", plan.Message, StringComparison.Ordinal);

        await cluster.KubectlAsync("delete", "validatingwebhookconfiguration", $"broken-{cluster.Namespace}");
        await Eventually.IsAsync("the old one is removed", async () =>
        {
            await RunAsync(_today.AddYears(1));
            return !(await SnapshotApi.NamesAsync(cluster)).Contains(first);
        });
        Assert.Contains(second, await SnapshotApi.NamesAsync(cluster));
        await SnapshotApi.RemoveAsync(cluster);
    }

    /// <summary>Lets a request for snapshots fail with 500, and waits until it does.</summary>
    static async Task BreakAsync(TestCluster cluster, KubernetesClient client, string operation)
    {
        await cluster.ApplyAsync($$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: { name: broken-{{cluster.Namespace}} }
            webhooks:
            - name: broken.example.com
              clientConfig: { url: "https://127.0.0.1:1/" }
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Fail
              namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{cluster.Namespace}} } }
              rules:
              - { apiGroups: [snapshot.storage.k8s.io], apiVersions: [v1], operations: [{{operation}}],
                  resources: [volumesnapshots] }
            """);
        var probe = 0;
        await Eventually.IsAsync($"{operation} fails", async () =>
        {
            var name = $"probe-{operation.ToLowerInvariant()}-{probe++}";
            var made = new VolumeSnapshot
            {
                Metadata = new() { Name = name, Namespace = cluster.Namespace },
                Spec = new() { Source = new() { PersistentVolumeClaimName = "theirs" } },
            };
            try
            {
                await client.CreateAsync(ResourceTypes.VolumeSnapshots, made, TestContext.Current.CancellationToken);
                await client.DeleteAsync(
                    ResourceTypes.VolumeSnapshots, made.Key, null, TestContext.Current.CancellationToken);
                return false;
            }
            catch (KubernetesException error) when (error.Status is HttpStatusCode.InternalServerError)
            {
                return operation == "CREATE"
                    || (await SnapshotApi.NamesAsync(cluster)).Contains(name);
            }
        });
    }

    /// <summary>Does what is due by what an informer knows that has received nothing yet.</summary>
    static async Task<SnapshotPlan> DoWhatIsDueAsync(
        KubernetesClient client, TestCluster cluster, int keep, DateTimeOffset now)
    {
        var resource = YamlObjects.ReadOne($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a, namespace: {{cluster.Namespace}} }
            spec: { backup: { keep: {{keep}}, to: { volumeSnapshotClassName: fast } } }
            """);
        return (await new VolumeSnapshotter(client, NullLogger.Instance)
            .RunAsync(Inputs(resource, now), TestContext.Current.CancellationToken))!;
    }

    static StatusInputs Inputs(DeclaredResource resource, DateTimeOffset now)
    {
        var inputs = Scenario.InputsOfRunning(resource);
        var claim = inputs.PersistentVolumeClaim!;
        return Scenario.Running(resource, inputs with
        {
            Now = now,
            PersistentVolumeClaim = claim with { Metadata = claim.Metadata with { Uid = "claim-uid" } },
        });
    }

    static string ClassOf(TestCluster cluster) => $"snapshots-{cluster.Namespace}";

    static string Repository(string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { {{spec}} }
        """;
}
