using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Tests.Crds;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What may go wrong while resources are moved to another stored version.</summary>
[Collection(nameof(OtherDefinitions))]
[Trait("Kubernetes", "oldest")]
public sealed class StoredVersionMoverTests(ApiServer server) : IDisposable
{
    const string Plural = "pythonrepositories";
    const int Count = 6;

    readonly TemporaryFolder _folder = new();

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_move_that_was_interrupted_is_completed_and_nothing_is_written_twice()
    {
        var cluster = await BeginAsync();
        var left = 3;
        using (var losing = await ConnectAsync(cluster, () => left-- > 0))
            await Assert.ThrowsAsync<NotLeadingException>(() => MoveAsync(losing));
        Assert.Equal("v1alpha1 v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
        var begun = await VersionsAsync(cluster);

        using var client = await ConnectAsync(cluster);
        await MoveAsync(client);
        Assert.Equal("v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
        var moved = await VersionsAsync(cluster);
        Assert.Equal(begun.Take(3), moved.Take(3));
        Assert.DoesNotContain(begun.Skip(3), moved.Contains);

        await MoveAsync(client);
        Assert.Equal(moved, await VersionsAsync(cluster));
    }

    [Fact]
    public async Task A_definition_that_changes_meanwhile_keeps_its_versions_until_the_next_time()
    {
        var cluster = await BeginAsync();
        using var client = await ConnectAsync(cluster);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => MoveAsync(client, () => server.RunKubectlAsync(
            ["annotate", $"crd/{Plural}.pyrepo.dev", "somebody=wrote"])));
        Assert.True(error.IsConflict);
        Assert.Equal("v1alpha1 v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
        await MoveAsync(client);
        Assert.Equal("v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
    }

    [Fact]
    public async Task Somebody_elses_changes_meanwhile_are_kept()
    {
        var cluster = await BeginAsync();
        using var client = await ConnectAsync(cluster);
        var changes = Task.CompletedTask;
        await MoveAsync(client, () =>
        {
            changes = Parallel.ForEachAsync(Enumerable.Range(0, 8 * Count), async (number, _) =>
                await cluster.AnnotateAsync(
                    $"pyrepo.dev/v1alpha1/{Plural}/r{number % Count}", $"example.com/{number / Count}", "kept"));
            return Task.CompletedTask;
        });
        await changes;
        Assert.Equal("v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
        Assert.All(await OtherDefinitions.ListAsync(server, "v1beta1", cluster.Namespace, Plural),
            resource => Assert.Equal(8, resource["metadata"]!["annotations"]!.AsObject().Count));
    }

    [Fact]
    public async Task A_resource_that_breaks_a_rule_of_today_moves_too_and_is_not_changed()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await OtherDefinitions.BeginAsync(server, text =>
            text.Contains($"name: {Plural}.pyrepo.dev", StringComparison.Ordinal)
                ? OtherDefinitions.Lenient : OtherDefinitions.Before(text));
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: volume }
            spec: { server: { replicas: 3 }, uploads: { overwrite: Sometimes } }
            """);
        await OtherDefinitions.DefineAsync(server);
        await Eventually.IsAsync("today's rules are in force", async () => (await ResourceRequests.TryAsync(
            server, "PythonRepository", ResourceRequests.Document(
                "PythonRepository", "volume", "server: { replicas: 3 }"))).Length > 0);
        using var client = await ConnectAsync(cluster);
        await MoveAsync(client);
        Assert.Equal("v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
        var moved = Assert.Single(await OtherDefinitions.ListAsync(server, "v1beta1", cluster.Namespace, Plural));
        Assert.Equal("3", moved["spec"]!["server"]!["replicas"]!.ToJsonString());
        Assert.Equal("Sometimes", (string?)moved["spec"]!["uploads"]!["overwrite"]);
        Assert.Equal(1, (int?)moved["metadata"]!["generation"]);
    }

    [Fact]
    public async Task What_the_cluster_refuses_to_be_written_holds_up_the_note_and_not_the_others()
    {
        var cluster = await BeginAsync();
        var before = await VersionsAsync(cluster);
        await server.ApplyAsync(cluster.Namespace, Refusal);
        await Eventually.IsAsync("the policy is in force", async () => (await server.RunKubectlAsync(
            [
                "patch", $"{Plural}/r0", "-n", cluster.Namespace, "--subresource=status", "--type=merge",
                "--dry-run=server", "-p", """{"status":{"projects":1}}""",
            ])).ExitCode != 0);
        using var client = await ConnectAsync(cluster);
        try
        {
            await Assert.ThrowsAsync<KubernetesException>(() => MoveAsync(client));
            Assert.Equal("v1alpha1 v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
            Assert.Equal([before[0]], before.Intersect(await VersionsAsync(cluster)));
        }
        finally
        {
            (await server.RunKubectlAsync(
                ["delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "refuse-r0"])).MustSucceed();
        }
        await Eventually.IsAsync("the policy is gone", async () =>
        {
            try
            {
                await MoveAsync(client);
                return true;
            }
            catch (KubernetesException error) when (error.IsRejected)
            {
                return false;
            }
        });
        Assert.Equal("v1beta1", await OtherDefinitions.StoredAsync(server, Plural));
    }

    const string Refusal = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: { name: refuse-r0 }
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - apiGroups: [ pyrepo.dev ]
              apiVersions: [ "*" ]
              operations: [ UPDATE ]
              resources: [ pythonrepositories, "pythonrepositories/status" ]
          validations: [ { expression: "object.metadata.name != 'r0'" } ]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: { name: refuse-r0 }
        spec: { policyName: refuse-r0, validationActions: [ Deny ] }
        """;

    /// <summary>Some resources that are stored as v1alpha1, on today's definitions.</summary>
    async Task<TestCluster> BeginAsync()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await OtherDefinitions.BeginAsync(server, OtherDefinitions.Before);
        for (var number = 0; number < Count; number++)
        {
            await cluster.ApplyAsync($$"""
                apiVersion: pyrepo.dev/v1alpha1
                kind: PythonRepository
                metadata: { name: r{{number}} }
                spec: {}
                """);
        }
        await OtherDefinitions.DefineAsync(server);
        // From then on it stores the new version.
        await OtherDefinitions.ListAsync(server, "v1beta1", cluster.Namespace, Plural);
        return cluster;
    }

    /// <summary>A client with the operator's own rights.</summary>
    async Task<KubernetesClient> ConnectAsync(TestCluster cluster, Func<bool>? mayWrite = null)
    {
        var kubeconfig = _folder.Write($"{Guid.NewGuid():N}", await cluster.OperatorKubeconfigAsync());
        return new(
            ClusterConnection.Open(kubeconfig, null, TimeProvider.System), TimeProvider.System, mayWrite: mayWrite);
    }

    static Task MoveAsync(KubernetesClient client, Func<Task>? whileItWaits = null) => new StoredVersionMover(
        CustomTypes.PythonRepositories, client, new WaitingClock(whileItWaits), NullLogger.Instance)
        .MoveAsync(CancellationToken.None);

    async Task<IReadOnlyList<string>> VersionsAsync(TestCluster cluster) =>
    [
        .. (await OtherDefinitions.ListAsync(server, "v1beta1", cluster.Namespace, Plural))
            .Select(resource => (string)resource["metadata"]!["resourceVersion"]!),
    ];

    /// <summary>A clock on which every wait is over as soon as something was done.</summary>
    sealed class WaitingClock(Func<Task>? whileItWaits) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(TimeSpan.FromSeconds(10), dueTime);
            _ = Task.Run(async () =>
            {
                await (whileItWaits?.Invoke() ?? Task.CompletedTask);
                callback(state);
            });
            return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
