using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class UpgradeTests(ApiServer server)
{
    const string Old = "example.com/pyrepo:1";
    const string New = "example.com/pyrepo:2";
    const string NewArgument = "--DRAIN";
    static readonly string[] _names = ["one", "two", "three"];

    [Fact]
    public async Task A_new_operator_of_any_version_with_the_same_image_writes_nothing()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        var before = await VersionsAsync(cluster);
        var since = server.Audit.End;
        using var other = new OtherVersion();
        foreach (var program in (string?[])[null, other.Program, null])
        {
            await using var running = await StartAsync(cluster, Old, program);
            await running.UntilReconcilesAsync(_names.Length);
        }
        var requests = cluster.OperatorRequests(since);
        var name = $"pyrepo-operator/{other.Version} ";
        Assert.Contains(requests, r => r.UserAgent.StartsWith(name, StringComparison.Ordinal));
        Assert.DoesNotContain(requests, r => r.IsWrite);
        Assert.Equal(before, await VersionsAsync(cluster));
    }

    [Fact]
    public async Task A_new_image_rolls_no_more_resources_at_once_than_the_administrator_says()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        // As Kubernetes has it until the second ReplicaSet is made.
        foreach (var name in _names)
            await cluster.AnnotateAsync(
                $"apps/v1/deployments/{name}", "deployment.kubernetes.io/revision", "1");
        // A tenant's, which only looks like the server of a resource that rolls and does not end.
        await cluster.CreateAsync("apps/v1/deployments", JsonNode.Parse("""
            {
              "metadata": {
                "name": "forged", "annotations": { "pyrepo.dev/rollout": "x" },
                "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "forged" } },
              "spec": {
                "selector": { "matchLabels": { "app": "x" } },
                "template": {
                  "metadata": { "labels": { "app": "x" }, "annotations": { "pyrepo.dev/template": "x" } },
                  "spec": { "containers": [ { "name": "server", "image": "example.com/other:1" } ] } } }
            }
            """)!);
        await using var running = await StartAsync(cluster, New);
        for (var done = 1; done <= _names.Length; done++)
        {
            List<string> changed = [];
            await Eventually.IsAsync($"{done} with the new image", async () =>
                (changed = await WithImageAsync(cluster, New)).Count >= done, () => running.Log);
            foreach (var name in _names)
                await running.ReconcileAgainAsync(cluster, $"v1/services/{name}");
            changed = await WithImageAsync(cluster, New);
            Assert.Equal(done, changed.Count);
            foreach (var name in changed)
            {
                Assert.EndsWith(
                    "containers[0].image is another.", await cluster.UntilEventAsync("RolloutStarted", name),
                    StringComparison.Ordinal);
                await node.SayAvailableAsync(name);
                await cluster.UntilEventAsync("RolloutCompleted", name);
            }
        }
    }

    [Fact]
    public async Task A_new_operator_that_changes_pods_rolls_no_more_at_once_than_the_administrator_allows()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        using var other = new OtherVersion("--drain", NewArgument);
        await using var running = await StartAsync(cluster, Old, other.Program);
        for (var done = 1; done <= _names.Length; done++)
        {
            List<string> changed = [];
            await Eventually.IsAsync($"{done} with the new argument", async () =>
                (changed = await WithNewArgumentAsync(cluster)).Count >= done, () => running.Log);
            foreach (var name in _names)
                await running.ReconcileAgainAsync(cluster, $"v1/services/{name}");
            changed = await WithNewArgumentAsync(cluster);
            Assert.Equal(done, changed.Count);
            foreach (var name in changed)
                await node.SayAvailableAsync(name);
        }
    }

    [Fact]
    public async Task A_change_of_a_resource_does_not_wait_for_a_rollout()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        using var other = new OtherVersion("--drain", NewArgument);
        await using var running = await StartAsync(cluster, Old, other.Program);
        List<string> changed = [];
        await Eventually.IsAsync("one is rolled", async () =>
            (changed = await WithNewArgumentAsync(cluster)).Count == 1, () => running.Log);
        var waiting = _names.First(name => !changed.Contains(name));
        await cluster.KubectlAsync("patch", "pythonrepository", waiting, "--type=merge", "-p",
            """{"spec":{"server":{"nodeSelector":{"disk":"fast"}}}}""");
        await Eventually.IsAsync("the other, too", async () =>
            (await WithNewArgumentAsync(cluster)).Contains(waiting), () => running.Log);
    }

    [Fact]
    public async Task A_Deployment_that_waits_is_repaired_and_scaled_and_keeps_its_pods()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        await using (var before = await StartAsync(cluster, Old))
        {
            await cluster.ApplyAsync("""
                apiVersion: pyrepo.dev/v1alpha1
                kind: RepositoryGroup
                metadata: { name: all }
                spec: { members: [ { kind: PythonRepository, name: one } ] }
                """);
            await node.RunAsync("all");
            await cluster.UntilAsync("repositorygroups", "all", "Ready", "True");
            await before.StopAsync();
        }
        await cluster.KubectlAsync("annotate", "repositorygroup", "all", "pyrepo.dev/paused=true");
        await using var running = await StartAsync(cluster, New);
        await Eventually.IsAsync(
            "one is rolled", async () => (await WithImageAsync(cluster, New)).Count == 1, () => running.Log);
        await cluster.KubectlAsync("annotate", "repositorygroup", "all", "pyrepo.dev/paused-");
        await cluster.UntilAsync("repositorygroups", "all", "Reconciling", "True", "AwaitsRollout");
        var pods = (await DeploymentAsync(cluster, "all"))["spec"]!["template"]!.ToJsonString();

        await cluster.KubectlAsync("scale", "repositorygroup/all", "--replicas=3");
        await Eventually.IsAsync("it is scaled", async () =>
            (int)(await DeploymentAsync(cluster, "all"))["spec"]!["replicas"]! == 3, () => running.Log);
        Assert.Equal(pods, (await DeploymentAsync(cluster, "all"))["spec"]!["template"]!.ToJsonString());

        await cluster.KubectlAsync("set", "image", "deployment/all", "server=example.com/theirs:1");
        await cluster.KubectlAsync("scale", "deployment/all", "--replicas=7");
        await cluster.AnnotateAsync("apps/v1/deployments/all", "pyrepo.dev/declared", null);
        await Eventually.IsAsync("it is put back", async () =>
            (await DeploymentAsync(cluster, "all"))["spec"] is { } spec && (int)spec["replicas"]! == 3
                && spec["template"]!.ToJsonString() == pods, () => running.Log);
        Assert.Single(await WithImageAsync(cluster, New));
    }

    [Fact]
    public async Task A_server_whose_image_is_pinned_keeps_the_arguments_that_it_knows()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node, server: $"image: {Old}");
        using var other = new OtherVersion("--drain", NewArgument);
        await using var running = await StartAsync(cluster, New, other.Program);
        await running.UntilReconcilesAsync(_names.Length);
        await cluster.KubectlAsync("patch", "pythonrepository", "one", "--type=merge", "-p",
            """{"spec":{"server":{"nodeSelector":{"disk":"fast"}}}}""");
        await Eventually.IsAsync("what was changed", async () =>
            (await DeploymentAsync(cluster, "one")).ToJsonString()
                .Contains("\"disk\":\"fast\"", StringComparison.Ordinal),
            () => running.Log);
        Assert.Empty(await WithNewArgumentAsync(cluster));
        Assert.Equal(_names, await WithImageAsync(cluster, Old));
        await cluster.KubectlAsync("patch", "pythonrepository", "one", "--type=merge", "-p",
            """{"spec":{"server":{"image":"NEW"}}}""".Replace("NEW", New, StringComparison.Ordinal));
        await Eventually.IsAsync("a new image has the new argument", async () =>
            (await WithNewArgumentAsync(cluster)) is ["one"], () => running.Log);
    }

    [Fact]
    public async Task Changed_arguments_are_restored_whether_or_not_the_image_is_pinned()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node, server: $"image: {Old}");
        var before = await ArgumentsAsync(cluster);
        await using var running = await StartAsync(cluster, Old);
        foreach (var arguments in (string[])["""["serve", "-f", "/tmp/mine"]""", """["serve"]"""])
        {
            await cluster.KubectlAsync("patch", "deployment/one", "-p",
                """{"spec":{"template":{"spec":{"containers":[{"name":"server","args":ARGS}]}}}}""".Replace(
                    "ARGS", arguments, StringComparison.Ordinal));
            await Eventually.IsAsync(
                "they are put back", async () => await ArgumentsAsync(cluster) == before, () => running.Log);
        }
    }

    static async Task<string> ArgumentsAsync(TestCluster cluster) =>
        (await DeploymentAsync(cluster, "one"))["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!
            .ToJsonString();

    [Fact]
    public async Task A_server_that_is_already_down_neither_waits_nor_delays_others()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        await cluster.PatchAsync("apps/v1/deployments/one/status", JsonNode.Parse("""
            {
              "status": {
                "availableReplicas": null,
                "conditions": [
                  { "type": "Available", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z" }
                ]
              }
            }
            """)!);
        await using var running = await StartAsync(cluster, New);
        List<string> changed = [];
        await Eventually.IsAsync("it and one other are rolled", async () =>
            (changed = await WithImageAsync(cluster, New)).Count == 2, () => running.Log);
        Assert.Contains("one", changed);
        foreach (var name in _names)
            await running.ReconcileAgainAsync(cluster, $"v1/services/{name}");
        Assert.Equal(2, (await WithImageAsync(cluster, New)).Count);
    }

    [Fact]
    public async Task A_sidecar_listed_first_is_not_mistaken_for_the_server()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        await MakeAsync(cluster, node);
        await cluster.KubectlAsync("patch", "deployment/one", "-p",
            """{"spec":{"template":{"spec":{"containers":[{"name":"sidecar","image":"redis:7"}]}}}}""");
        await using var running = await StartAsync(cluster, New);
        await Eventually.IsAsync("one server is rolled", async () =>
        {
            foreach (var name in _names)
            {
                if (await ServerImageAsync(cluster, name) == New)
                    return true;
            }
            return false;
        }, () => running.Log);
        foreach (var name in _names)
            Assert.Contains(await ServerImageAsync(cluster, name), (string?[])[Old, New]);
        await Eventually.IsAsync("somebody waits, and says so", async () =>
        {
            foreach (var name in _names)
            {
                if ((string?)(await cluster.ConditionAsync(
                    "pythonrepositories", name, "Reconciling"))?["reason"] == "AwaitsRollout")
                    return true;
            }
            return false;
        }, () => running.Log);
    }

    static async Task<string?> ServerImageAsync(TestCluster cluster, string name) =>
        (await DeploymentAsync(cluster, name))["spec"]!["template"]!["spec"]!["containers"]!.AsArray()
            .Where(c => (string?)c!["name"] == "server").Select(c => (string?)c!["image"]).Single();

    static Task<OperatorProcess> StartAsync(TestCluster cluster, string image, string? program = null) =>
        OperatorProcess.StartAsync(
            cluster, program: program,
            options: ["--leader-elect", "false", "--server-image", image, "--max-rollouts", "1"]);

    /// <summary>Three repositories whose pods are all there.</summary>
    static async Task MakeAsync(TestCluster cluster, FakeNode node, string server = "")
    {
        await using var running = await StartAsync(cluster, Old);
        foreach (var name in _names)
        {
            await cluster.ApplyAsync($$"""
                apiVersion: pyrepo.dev/v1alpha1
                kind: PythonRepository
                metadata: { name: {{name}} }
                spec: { server: { {{server}} } }
                """);
            await cluster.UntilAsync("pythonrepositories", name, "Ready", "Unknown");
            await node.BindAsync($"{name}-data");
            await node.RunAsync(name);
            await cluster.UntilAsync("pythonrepositories", name, "Ready", "True");
        }
        Assert.Equal(0, await running.StopAsync());
    }

    static Task<List<string>> WithImageAsync(TestCluster cluster, string image) =>
        WhereAsync(cluster, container => (string?)container["image"] == image);

    static Task<List<string>> WithNewArgumentAsync(TestCluster cluster) => WhereAsync(
        cluster, container => container["args"]!.AsArray().Any(argument => (string?)argument == NewArgument));

    static async Task<List<string>> WhereAsync(TestCluster cluster, Func<JsonNode, bool> predicate)
    {
        var found = new List<string>();
        foreach (var name in _names)
        {
            var pod = (await DeploymentAsync(cluster, name))["spec"]!["template"]!["spec"]!;
            if (predicate(pod["containers"]![0]!))
                found.Add(name);
        }
        return found;
    }

    static async Task<List<string>> VersionsAsync(TestCluster cluster)
    {
        var versions = new List<string>();
        foreach (var name in _names)
        {
            var metadata = (await DeploymentAsync(cluster, name))["metadata"]!;
            versions.Add($"{metadata["uid"]} {metadata["generation"]} {metadata["resourceVersion"]}");
        }
        return versions;
    }

    static async Task<JsonNode> DeploymentAsync(TestCluster cluster, string name) =>
        (await cluster.GetAsync($"apps/v1/deployments/{name}"))!;
}
