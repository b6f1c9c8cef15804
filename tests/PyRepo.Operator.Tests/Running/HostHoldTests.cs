using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>How long a host stays with a namespace, and that no event hands it to another.</summary>
[Collection(nameof(WholeCluster))]
public sealed class HostHoldTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Resource = $"pyrepo.dev/v1alpha1/{Plural}/team-a";
    const string Ingress = "networking.k8s.io/v1/ingresses/team-a";
    const string Registry = "v1/configmaps/pyrepo-hosts";

    [Fact]
    public async Task A_tenant_that_recreates_its_resource_keeps_its_host_while_another_waits_for_it()
    {
        var (tenant, rival) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant.Cluster, wholeCluster: true);
        var host = await OwnAsync(tenant);
        await WaitForAsync(rival, host);

        await tenant.KubectlAsync("delete", Plural, "team-a");
        await UntilUnusedAsync(tenant, host, running);
        await rival.KubectlAsync("annotate", Plural, "team-a", "visit=now");
        await Eventually.IsAsync("the rival is told until when it is held", async () =>
            (await rival.Cluster.MessageAsync(Plural, "team-a", "IngressReady"))
                .Contains("it is held until 20", StringComparison.Ordinal), () => running.Log);
        Assert.DoesNotContain(
            tenant.Namespace, await rival.Cluster.MessageAsync(Plural, "team-a", "IngressReady"),
            StringComparison.Ordinal);

        // The garbage collector of a whole cluster would have taken the old one.
        await tenant.KubectlAsync("delete", "ingress", "team-a");
        await tenant.ApplyAsync(Repository(host));
        await tenant.Cluster.UntilThereAsync(Ingress);
        await Eventually.IsAsync(
            "it is used again", async () => await LineAsync(host) == tenant.Namespace, () => running.Log);
        Assert.Null(await rival.Cluster.GetAsync(Ingress));
    }

    [Fact]
    public async Task A_host_whose_hold_expired_goes_to_the_next_claimant_with_an_event_and_a_metric()
    {
        var (tenant, rival) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(
            tenant.Cluster, """, "ingress": { "holdHostsFor": "2s" }""", wholeCluster: true);
        var host = await OwnAsync(tenant);
        await WaitForAsync(rival, host);
        await tenant.KubectlAsync("delete", Plural, "team-a");
        await tenant.KubectlAsync("delete", "ingress", "team-a");

        await rival.Cluster.UntilThereAsync(Ingress);
        Assert.Equal(rival.Namespace, await LineAsync(host));
        await UntilEventAsync(SystemCluster, "pyrepo-hosts", "HostUnused", host);
        await UntilEventAsync(SystemCluster, "pyrepo-hosts", "HostPassed", host);
        await UntilEventAsync(rival.Cluster, "team-a", "HostRegistered", host);
        var metrics = await running.GetAsync("metrics");
        Assert.Contains("pyrepo_operator_host_changes_total{change=\"passed\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("pyrepo_operator_host_changes_total{change=\"unused\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_of_a_resource_deleted_without_a_leader_is_held_once_that_is_noticed()
    {
        var (tenant, rival) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        string host;
        await using (var first = await OperatorProcess.StartAsync(tenant.Cluster, wholeCluster: true))
        {
            host = await OwnAsync(tenant);
            await first.KillAsync();
        }
        await tenant.KubectlAsync("delete", Plural, "team-a");
        await tenant.KubectlAsync("delete", "ingress", "team-a");
        await rival.ApplyAsync(Repository(host));
        string? line;
        await using (var second = await OperatorProcess.StartAsync(rival.Cluster, wholeCluster: true))
        {
            await rival.Cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
            await UntilUnusedAsync(tenant, host, second);
            line = await LineAsync(host);
            await second.KillAsync();
        }
        // The next leader goes on with it.
        await using var third = await OperatorProcess.StartAsync(rival.Cluster, wholeCluster: true);
        await third.ReconcileAgainAsync(rival.Cluster, Resource);
        Assert.Equal(line, await LineAsync(host));
        await rival.Cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
    }

    [Fact]
    public async Task A_host_is_free_once_its_namespace_is_gone()
    {
        var (tenant, rival) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant.Cluster, wholeCluster: true);
        var host = await OwnAsync(tenant);
        await WaitForAsync(rival, host);
        await tenant.KubectlAsync("delete", Plural, "team-a");
        await tenant.KubectlAsync("delete", "ingress", "team-a");
        await UntilUnusedAsync(tenant, host, running);
        await EndAsync(tenant.Namespace);
        await Eventually.IsAsync("the rival has it", async () =>
        {
            await rival.KubectlAsync("annotate", Plural, "team-a", $"visit={Guid.NewGuid()}", "--overwrite");
            return await rival.Cluster.GetAsync(Ingress) is not null;
        }, () => running.Log);
        Assert.Equal(rival.Namespace, await LineAsync(host));
    }

    [Fact]
    public async Task A_tenant_can_neither_write_holds_nor_release_those_of_others()
    {
        var (tenant, rival) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant.Cluster, wholeCluster: true);
        var host = await OwnAsync(tenant);
        await tenant.KubectlAsync("delete", Plural, "team-a");
        await UntilUnusedAsync(tenant, host, running);
        var held = await LineAsync(host);
        var patch = $$"""{ "data": { "{{host}}": "{{rival.Namespace}}" } }""";
        Assert.Contains("forbidden", (await server.RunKubectlAsync(
            ["patch", "configmap", "pyrepo-hosts", "-n", "pyrepo-system", "-p", patch, "--as",
                $"tenant-of-{rival.Namespace}"])).MustFail(), StringComparison.OrdinalIgnoreCase);
        // One of the same name in its own namespace is nobody's registry.
        await rival.KubectlAsync("create", "configmap", "pyrepo-hosts", $"--from-literal={host}={rival.Namespace}");
        await WaitForAsync(rival, host);
        // Nor does asking again and again begin or prolong anything.
        foreach (var _ in Enumerable.Range(0, 3))
            await running.ReconcileAgainAsync(rival.Cluster, Resource);
        Assert.Equal(held, await LineAsync(host));
        Assert.Null(await rival.Cluster.GetAsync(Ingress));
    }

    [Fact]
    public async Task A_line_that_the_administrator_removes_releases_a_held_host()
    {
        var (tenant, rival) = (await Tenant.CreateAsync(server), await Tenant.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant.Cluster, wholeCluster: true);
        var host = await OwnAsync(tenant);
        await tenant.KubectlAsync("delete", Plural, "team-a");
        await tenant.KubectlAsync("delete", "ingress", "team-a");
        await UntilUnusedAsync(tenant, host, running);
        await WaitForAsync(rival, host);
        await SystemCluster.PatchAsync(Registry, new JsonObject { ["data"] = new JsonObject { [host] = null } });
        await rival.Cluster.UntilThereAsync(Ingress);
        Assert.Equal(rival.Namespace, await LineAsync(host));
    }

    TestCluster SystemCluster => new(server, "pyrepo-system");

    async Task<string?> LineAsync(string host) => (string?)(await SystemCluster.GetAsync(Registry))?["data"]?[host];

    /// <summary>Lets a tenant have a host.</summary>
    static async Task<string> OwnAsync(Tenant tenant)
    {
        var host = $"h{tenant.Namespace[5..]}.example.com";
        await tenant.ApplyAsync(Repository(host));
        await tenant.Cluster.UntilThereAsync(Ingress);
        return host;
    }

    /// <summary>Lets another one ask for it.</summary>
    static async Task WaitForAsync(Tenant rival, string host)
    {
        await rival.ApplyAsync(Repository(host));
        await rival.Cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
    }

    Task<TimeSpan> UntilUnusedAsync(Tenant tenant, string host, OperatorProcess running) => Eventually.IsAsync(
        "the registry says since when it is unused", async () => (await LineAsync(host))?.StartsWith(
            $"{tenant.Namespace} unused since 20", StringComparison.Ordinal) is true,
        () => running.Log);

    static Task<TimeSpan> UntilEventAsync(TestCluster cluster, string name, string reason, string host) =>
        Eventually.IsAsync($"the event {reason}", async () => (await cluster.ListAsync("events.k8s.io/v1/events")).Any(
            e => (string?)e["reason"] == reason && (string?)e["regarding"]?["name"] == name
                && ((string?)e["note"])!.Contains(host, StringComparison.Ordinal)));

    /// <summary>Ends a namespace, as its controller does once it is empty.</summary>
    async Task EndAsync(string ns)
    {
        (await server.RunKubectlAsync(["delete", "namespace", ns, "--wait=false"])).MustSucceed();
        var path = new Uri($"/api/v1/namespaces/{ns}/finalize", UriKind.Relative);
        using var content = new StringContent(
            $$"""
            { "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{ns}}" }, "spec": { "finalizers": [] } }
            """,
            Encoding.UTF8, "application/json");
        using var answer = await server.Http.PutAsync(path, content);
        answer.EnsureSuccessStatusCode();
    }

    static string Repository(string host) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { ingress: { className: any, host: {{host}} } }
        """;
}
