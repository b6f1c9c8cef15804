using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A new image with which servers do not become ready.</summary>
public sealed class FailedRolloutTests(ApiServer server)
{
    const string Old = "example.com/pyrepo:1";
    const string New = "example.com/pyrepo:2";
    const string Plural = "pythonrepositories";
    static readonly string[] _names = ["one", "two", "three"];

    [Fact]
    public async Task A_tenant_with_endless_rollouts_blocks_only_itself_even_after_a_failover()
    {
        var (tenant, other) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var node = new FakeNode(tenant.Cluster);
        await using var otherNode = new FakeNode(other.Cluster);
        await using (var first = await StartAsync(tenant, other, Old))
        {
            await MakeAsync(other, otherNode, "theirs");
            foreach (var name in _names)
                await MakeAsync(tenant, node, name);
            await first.StopAsync();
        }
        // So that the tenant's come first.
        await other.KubectlAsync("annotate", Plural, "theirs", "pyrepo.dev/paused=true");
        await using var running = await StartAsync(tenant, other, New);
        List<string> rolling = [];
        await Eventually.IsAsync("all places are the tenant's", async () =>
            (rolling = await RolledAsync(tenant)).Count == 2, () => running.Log);
        // With its own rights it makes them never end, and seem to have just begun.
        foreach (var name in rolling)
        {
            await tenant.KubectlAsync("rollout", "pause", $"deployment/{name}");
            await tenant.KubectlAsync("annotate", "deployment", name, "pyrepo.dev/rollout-started=2099-01-01T00:00:00Z",
                "--overwrite");
        }
        await other.KubectlAsync("annotate", Plural, "theirs", "pyrepo.dev/paused-");
        await other.Cluster.UntilAsync(Plural, "theirs", "Reconciling", "True", "AwaitsRollout");

        foreach (var name in rolling)
            await ExceedDeadlineAsync(tenant, name);
        await Eventually.IsAsync(
            "the other rolls", async () => await ImageAsync(other, "theirs") == New, () => running.Log);
        var waiting = _names.Single(name => !rolling.Contains(name));
        await tenant.Cluster.UntilAsync(Plural, waiting, "Reconciling", "True", "RolloutStopped");
        Assert.Contains(
            rolling[0], await tenant.Cluster.MessageAsync(Plural, waiting, "Reconciling"), StringComparison.Ordinal);
        await Eventually.IsAsync("an event tells", async () =>
            (await tenant.Cluster.ListAsync("events.k8s.io/v1/events")).Any(
                e => (string?)e["reason"] == "RolloutFailed" && (string?)e["regarding"]?["name"] == rolling[0]));
        var metrics = await running.GetAsync("metrics");
        Assert.Contains("pyrepo_operator_rollouts{state=\"failed\"} 2", metrics, StringComparison.Ordinal);
        Assert.Contains("pyrepo_operator_rollouts{state=\"rolling\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("pyrepo_operator_rollouts{state=\"waiting\"} 1", metrics, StringComparison.Ordinal);
        await running.KillAsync();

        await using var next = await StartAsync(tenant, other, New);
        await next.UntilReconcilesAsync(_names.Length + 1);
        await next.ReconcileAgainAsync(tenant.Cluster, $"v1/services/{waiting}");
        Assert.Equal(Old, await ImageAsync(tenant, waiting));
        // Once the tenant has put what failed in order, it goes on.
        foreach (var name in rolling)
            await tenant.KubectlAsync("patch", Plural, name, "--type=merge", "-p", """{"spec":{"suspend":true}}""");
        await Eventually.IsAsync(
            "the last one rolls", async () => await ImageAsync(tenant, waiting) == New, () => next.Log);
    }

    [Fact]
    public async Task Failures_in_as_many_namespaces_as_may_roll_stop_the_change_until_one_is_corrected()
    {
        var (tenant, other) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var node = new FakeNode(tenant.Cluster);
        await using var otherNode = new FakeNode(other.Cluster);
        await RunOldAsync(tenant, node, other, otherNode);
        await other.KubectlAsync("annotate", Plural, "theirs", "pyrepo.dev/paused=true");
        await using (var running = await StartAsync(tenant, other, New, maxRollouts: 1))
        {
            await Eventually.IsAsync(
                "one rolls", async () => await ImageAsync(tenant, "one") == New, () => running.Log);
            await ExceedDeadlineAsync(tenant, "one");
            await other.KubectlAsync("annotate", Plural, "theirs", "pyrepo.dev/paused-");
            await other.Cluster.UntilAsync(Plural, "theirs", "Reconciling", "True", "RolloutStopped");
            Assert.Equal(Old, await ImageAsync(other, "theirs"));
            await Eventually.IsAsync("an event tells", async () =>
                (await tenant.Cluster.ListAsync("events.k8s.io/v1/events"))
                    .Any(e => (string?)e["reason"] == "RolloutStopped"));
            await running.KillAsync();
        }
        // A better image goes to what failed first.
        const string better = "example.com/pyrepo:3";
        await using var next = await StartAsync(tenant, other, better, maxRollouts: 1);
        await Eventually.IsAsync(
            "what failed gets it", async () => await ImageAsync(tenant, "one") == better, () => next.Log);
        Assert.Equal(Old, await ImageAsync(other, "theirs"));
        await node.SayAvailableAsync("one");
        await Eventually.IsAsync(
            "the other, too", async () => await ImageAsync(other, "theirs") == better, () => next.Log);
    }

    [Theory]
    [InlineData("2099-01-01T00:00:00Z")]
    [InlineData("2020-01-01T00:00:00Z")]
    public async Task A_rollout_forged_by_a_tenant_takes_no_slot_and_blocks_nobody(string started)
    {
        var (tenant, other) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var node = new FakeNode(tenant.Cluster);
        await using var otherNode = new FakeNode(other.Cluster);
        await RunOldAsync(tenant, node, other, otherNode);
        // Nobody repairs the Deployment of a resource that is paused.
        await tenant.KubectlAsync("annotate", Plural, "one", "pyrepo.dev/paused=true");
        await other.KubectlAsync("annotate", Plural, "theirs", "pyrepo.dev/paused=true");
        await ForgeAsync(tenant, "one", "first", started);
        await using var running = await StartAsync(tenant, other, New, maxRollouts: 1);
        var reconciles = await running.UntilReconcilesAsync(2);
        await ForgeAsync(tenant, "one", "second", started);
        await running.UntilReconcilesAsync(reconciles + 1);

        await other.KubectlAsync("annotate", Plural, "theirs", "pyrepo.dev/paused-");
        await Eventually.IsAsync(
            "the other rolls", async () => await ImageAsync(other, "theirs") == New, () => running.Log);
        Assert.Contains("pyrepo_operator_rollouts{state=\"failed\"} 0", await running.GetAsync("metrics"),
            StringComparison.Ordinal);
    }

    /// <summary>A resource of each runs with the old image, and no operator.</summary>
    static async Task RunOldAsync(Tenant tenant, FakeNode node, Tenant other, FakeNode otherNode)
    {
        await using var first = await StartAsync(tenant, other, Old, maxRollouts: 1);
        await MakeAsync(other, otherNode, "theirs");
        await MakeAsync(tenant, node, "one");
        await first.StopAsync();
    }

    /// <summary>Makes a Deployment look like one that the operator rolls.</summary>
    static Task ForgeAsync(Tenant tenant, string name, string template, string started) => tenant.KubectlAsync(
        "patch", "deployment", name, "--type=merge", "-p", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject
                {
                    ["pyrepo.dev/rollout"] = template,
                    ["pyrepo.dev/rollout-started"] = started,
                },
            },
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["annotations"] = new JsonObject { ["pyrepo.dev/template"] = template },
                    },
                },
            },
        }.ToJsonString());

    static Task<OperatorProcess> StartAsync(Tenant tenant, Tenant other, string image, int maxRollouts = 2) =>
        OperatorProcess.StartAsync(
            tenant.Cluster, others: [other.Namespace],
            options: ["--leader-elect", "false", "--server-image", image, "--max-rollouts", $"{maxRollouts}"]);

    static async Task MakeAsync(Tenant tenant, FakeNode node, string name)
    {
        await tenant.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: {{name}} }
            spec: {}
            """);
        await node.BindAsync($"{name}-data");
        await node.RunAsync(name);
        await tenant.Cluster.UntilAsync(Plural, name, "Ready", "True");
    }

    /// <summary>As the controller of Deployments says it; a tenant has that right here, too.</summary>
    static async Task ExceedDeadlineAsync(Tenant tenant, string name)
    {
        var path = $"apps/v1/deployments/{name}";
        await tenant.Cluster.PatchAsync($"{path}/status", new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = (long)(await tenant.Cluster.GetAsync(path))!["metadata"]!["generation"]!,
                ["updatedReplicas"] = 0,
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Progressing",
                    ["status"] = "False",
                    ["reason"] = "ProgressDeadlineExceeded",
                }),
            },
        });
    }

    static async Task<List<string>> RolledAsync(Tenant tenant)
    {
        var rolled = new List<string>();
        foreach (var name in _names)
        {
            if (await ImageAsync(tenant, name) == New)
                rolled.Add(name);
        }
        return rolled;
    }

    static async Task<string?> ImageAsync(Tenant tenant, string name) =>
        (string?)(await tenant.Cluster.GetAsync($"apps/v1/deployments/{name}"))!
            ["spec"]!["template"]!["spec"]!["containers"]![0]!["image"];
}
