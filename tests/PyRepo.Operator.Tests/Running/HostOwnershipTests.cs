using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What a tenant may try to get the host of another.</summary>
[Collection(nameof(WholeCluster))]
public sealed class HostOwnershipTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Resource = $"pyrepo.dev/v1alpha1/{Plural}/team-a";
    const string Ingress = "networking.k8s.io/v1/ingresses/team-a";

    [Fact]
    public async Task A_host_is_registered_and_under_0s_released_with_the_last_resource_that_names_it()
    {
        var tenant = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(
            tenant, """, "ingress": { "holdHostsFor": "0s" }""", wholeCluster: true);
        var host = $"{tenant.Namespace}.example.com";
        await tenant.ApplyAsync(Repository(host));
        await tenant.UntilThereAsync(Ingress);
        Assert.Equal(tenant.Namespace, await RegisteredAsync(host));

        await tenant.DeleteAsync(Resource);
        await Eventually.IsAsync(
            "the host is free", async () => await RegisteredAsync(host) is null, () => running.Log);
    }

    [Fact]
    public async Task A_resource_that_is_rejected_gets_no_host_whatever_its_status_says()
    {
        var (tenant, attacker) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant, wholeCluster: true);
        var host = $"{tenant.Namespace}.example.com";
        await attacker.ApplyAsync(Repository(host, annotations: "pyrepo.dev/take-over: nobody/nothing"));
        await attacker.UntilAsync(Plural, "team-a", "Ready", "False", "TakeOverRejected");
        await attacker.PatchAsync($"{Resource}/status", ClaimingStatus(host));
        Assert.Null(await RegisteredAsync(host));

        await tenant.ApplyAsync(Repository(host));
        await tenant.UntilThereAsync(Ingress);
        Assert.Equal(tenant.Namespace, await RegisteredAsync(host));

        // Nor once nothing stands against the resource but the host.
        await attacker.KubectlAsync("annotate", Plural, "team-a", "pyrepo.dev/take-over-");
        await attacker.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        await attacker.PatchAsync($"{Resource}/status", ClaimingStatus(host));
        await tenant.DeleteAsync(Ingress);
        await tenant.UntilThereAsync(Ingress);
        Assert.Null(await attacker.GetAsync(Ingress));
    }

    [Fact]
    public async Task A_host_stays_with_its_namespace_during_a_failover_even_without_its_Ingress()
    {
        var (attacker, tenant) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        var host = $"{tenant.Namespace}.example.com";
        await attacker.ApplyAsync(Repository($"{attacker.Namespace}.example.com"));
        await using (var first = await OperatorProcess.StartAsync(tenant, wholeCluster: true))
        {
            await tenant.ApplyAsync(Repository(host));
            await tenant.UntilThereAsync(Ingress);
            await first.KillAsync();
        }
        await tenant.DeleteAsync(Ingress);
        await attacker.ApplyAsync(Repository(host));
        await using var second = await OperatorProcess.StartAsync(tenant, wholeCluster: true);
        await attacker.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        await tenant.UntilThereAsync(Ingress);
    }

    [Fact]
    public async Task A_host_below_another_namespaces_wildcard_Ingress_is_not_granted()
    {
        var (tenant, attacker) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant, wholeCluster: true);
        await tenant.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: { name: any }
            spec:
              rules: [ { host: "*.{{tenant.Namespace}}.example.com" } ]
              defaultBackend: { resource: { kind: Bucket, name: any } }
            """);
        await attacker.ApplyAsync(Repository($"pypi.{tenant.Namespace}.example.com"));
        await attacker.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        Assert.Null(await attacker.GetAsync(Ingress));

        await tenant.ApplyAsync(Repository($"pypi.{tenant.Namespace}.example.com"));
        await tenant.UntilThereAsync(Ingress);
        Assert.Equal(tenant.Namespace, await RegisteredAsync($"pypi.{tenant.Namespace}.example.com"));
    }

    [Fact]
    public async Task A_wildcard_directly_below_a_top_level_domain_withholds_no_host_from_others()
    {
        var (tenant, attacker) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        // No other test has hosts there.
        const string domain = "pyrepo-toplevel";
        await attacker.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: { name: any }
            spec:
              rules: [ { host: "*.{{domain}}" } ]
              defaultBackend: { resource: { kind: Bucket, name: any } }
            """);
        await using var running = await OperatorProcess.StartAsync(tenant, wholeCluster: true);
        var host = $"{tenant.Namespace}.{domain}";
        await tenant.ApplyAsync(Repository(host));
        await tenant.UntilThereAsync(Ingress);
        Assert.Equal(tenant.Namespace, await RegisteredAsync(host));
    }

    [Fact]
    public async Task The_administrators_list_overrides_registrations()
    {
        var (tenant, listed) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        var host = $"{tenant.Namespace}.example.com";
        await using (var first = await OperatorProcess.StartAsync(tenant, wholeCluster: true))
        {
            await tenant.ApplyAsync(Repository(host));
            await tenant.UntilThereAsync(Ingress);
        }
        await using var second = await OperatorProcess.StartAsync(
            tenant, $$""", "ingress": { "hosts": { "{{listed.Namespace}}": [ "{{host}}" ] } }""", wholeCluster: true);
        await listed.ApplyAsync(Repository(host));
        await listed.UntilThereAsync(Ingress);
        await tenant.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostNotAllowed");
        await Eventually.IsAsync("it has no Ingress any more", async () => await tenant.GetAsync(Ingress) is null);
    }

    [Fact]
    public async Task A_host_that_the_administrator_registers_to_another_namespace_moves_there()
    {
        var (tenant, other) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        await using var running = await OperatorProcess.StartAsync(tenant, wholeCluster: true);
        var host = $"{tenant.Namespace}.example.com";
        await tenant.ApplyAsync(Repository(host));
        await tenant.UntilThereAsync(Ingress);
        await other.ApplyAsync(Repository(host));
        await other.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        await SystemCluster.PatchAsync(
            "v1/configmaps/pyrepo-hosts", new JsonObject { ["data"] = new JsonObject { [host] = other.Namespace } });
        await tenant.KubectlAsync("annotate", Plural, "team-a", "visit=now");
        await other.KubectlAsync("annotate", Plural, "team-a", "visit=now");
        await other.UntilThereAsync(Ingress);
        await tenant.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
    }

    TestCluster SystemCluster => new(server, "pyrepo-system");

    async Task<string?> RegisteredAsync(string host) =>
        (string?)(await SystemCluster.GetAsync("v1/configmaps/pyrepo-hosts"))?["data"]?[host];

    static JsonObject ClaimingStatus(string host) => new()
    {
        ["status"] = new JsonObject
        {
            ["url"] = $"http://{host}/",
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "IngressReady",
                ["status"] = "True",
                ["reason"] = "Ready",
                ["message"] = "",
                ["lastTransitionTime"] = "2026-01-01T00:00:00Z",
            }),
        },
    };

    static string Repository(string host, string annotations = "") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a, annotations: { {{annotations}} } }
        spec: { ingress: { className: any, host: {{host}} } }
        """;
}
