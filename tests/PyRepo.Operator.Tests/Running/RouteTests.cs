using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Collection(nameof(WholeCluster))]
[Trait("Kubernetes", "oldest")]
public sealed class RouteTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Ingress = "networking.k8s.io/v1/ingresses/team-a";

    [Fact]
    public async Task A_missing_IngressClass_is_reported_until_it_exists()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        var name = $"late-{cluster.Namespace}";
        await cluster.ApplyAsync(Repository($"{cluster.Namespace}.example.com", name));
        await cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "IngressClassNotFound");
        var message = await cluster.MessageAsync(Plural, "team-a", "IngressReady");
        Assert.Contains(name, message, StringComparison.Ordinal);
        await cluster.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: { name: {{name}} }
            spec: { controller: k8s.io/ingress-nginx }
            """);
        await cluster.UntilAsync(Plural, "team-a", "IngressReady", "True");
        await Eventually.IsAsync("uploads of any size may pass", async () =>
            (await cluster.GetAsync(Ingress))!.ToJsonString()
                .Contains("\"nginx.ingress.kubernetes.io/proxy-body-size\":\"0\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cert-manager.io/common-name", "bank.example.com")]
    [InlineData("cert-manager.io/subject-organizations", "Bank")]
    [InlineData("cert-manager.io/usages", "client auth")]
    [InlineData("acme.cert-manager.io/unknown", "x")]
    public async Task A_tenant_cannot_choose_the_content_of_a_certificate(string annotation, string value)
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec:
              ingress:
                host: {{cluster.Namespace}}.example.com
                annotations: { {{annotation}}: {{value}}, cert-manager.io/cluster-issuer: letsencrypt }
            """);
        await cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "AnnotationNotAllowed");
        await cluster.UntilThereAsync(Ingress);
        var annotations = (await cluster.GetAsync(Ingress))!["metadata"]!["annotations"]!;
        Assert.Null(annotations[annotation]);
        Assert.Equal("letsencrypt", (string?)annotations["cert-manager.io/cluster-issuer"]);
    }

    [Fact]
    public async Task A_host_held_by_another_namespace_is_rejected_until_it_is_released()
    {
        var first = await TestCluster.CreateAsync(server);
        var second = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(
            first, """, "ingress": { "holdHostsFor": "0s" }""", wholeCluster: true);
        var host = $"{first.Namespace}.example.com";
        await first.ApplyAsync(Repository(host, "any"));
        await first.UntilThereAsync(Ingress);
        await second.ApplyAsync(Repository(host, "any", "/mine"));
        await second.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        Assert.Null(await second.GetAsync(Ingress));
        var message = await second.MessageAsync(Plural, "team-a", "IngressReady");
        Assert.DoesNotContain(
            first.Namespace, message.Replace(host, "", StringComparison.Ordinal), StringComparison.Ordinal);

        await first.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await UntilThereAsync(second, first);
    }

    [Fact]
    public async Task An_older_resource_that_claims_a_host_later_does_not_take_it_from_its_holder()
    {
        var first = await TestCluster.CreateAsync(server);
        var second = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(first, wholeCluster: true);
        var host = $"{second.Namespace}.example.com";
        await first.ApplyAsync(Repository($"{first.Namespace}.example.com", "any"));
        await second.ApplyAsync(Repository(host, "any"));
        await second.UntilThereAsync(Ingress);
        await first.ApplyAsync(Repository(host, "any"));
        await first.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        var held = await second.ConditionAsync(Plural, "team-a", "IngressReady");
        Assert.NotEqual("HostTaken", (string?)held!["reason"]);

        var before = (string?)(await second.GetAsync(Ingress))!["metadata"]!["uid"];
        await second.DeleteAsync(Ingress);
        await Eventually.IsAsync("the Ingress of who had the host is back", async () =>
            await second.GetAsync(Ingress) is { } back && (string?)back["metadata"]!["uid"] != before,
            () => running.Log);
        Assert.Equal("HostTaken", (string?)(await first.ConditionAsync(Plural, "team-a", "IngressReady"))!["reason"]);
    }

    [Fact]
    public async Task A_host_of_any_Ingress_in_another_namespace_is_rejected_until_that_Ingress_is_gone()
    {
        var first = await TestCluster.CreateAsync(server);
        var second = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(
            first, """, "ingress": { "holdHostsFor": "0s" }""", wholeCluster: true);
        var host = $"{first.Namespace}.example.com";
        await first.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: { name: plain }
            spec: { rules: [ { host: {{host}} } ], defaultBackend: { resource: { kind: Bucket, name: any } } }
            """);
        await second.ApplyAsync(Repository(host, "any", "/mine"));
        await second.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        await first.ApplyAsync(Repository(host, "any", "/ours"));
        await first.UntilThereAsync(Ingress);

        await first.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await first.DeleteAsync("networking.k8s.io/v1/ingresses/plain");
        await UntilThereAsync(second, first);
    }

    /// <summary>
    /// Waits for an Ingress, while another namespace's garbage is collected: the controller manager does not run here.
    /// </summary>
    static Task<TimeSpan> UntilThereAsync(TestCluster cluster, TestCluster garbage) => Eventually.IsAsync(
        "the Ingress of who waited", async () =>
        {
            if (await garbage.GetAsync(Ingress) is not null)
                await garbage.DeleteAsync(Ingress);
            return await cluster.GetAsync(Ingress) is not null;
        });

    [Fact]
    public async Task A_Gateway_API_installed_later_is_used_and_a_removed_one_is_reported()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: true);
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec: { gateway: { parentRefs: [ { name: public } ], hostnames: [ {{cluster.Namespace}}.example.com ] } }
            """);
        await cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "GatewayApiMissing");
        await cluster.ApplyAsync(GatewayApi.HttpRoutes);
        await Eventually.IsAsync("the HTTPRoute is there", async () =>
            (await server.RunKubectlAsync(["get", "httproute", "team-a", "-n", cluster.Namespace])).ExitCode == 0,
            () => running.Log);
        await cluster.UntilAsync(Plural, "team-a", "IngressReady", "True");
        const string route = "gateway.networking.k8s.io/v1/httproutes/team-a";
        await cluster.PatchAsync(route, JsonNode.Parse("""{ "spec": { "hostnames": [ "other.example.com" ] } }""")!);
        await Eventually.IsAsync("its host is put back", async () =>
            (string?)(await cluster.GetAsync(route))!["spec"]!["hostnames"]![0] == $"{cluster.Namespace}.example.com",
            () => running.Log);

        await cluster.KubectlAsync("delete", GatewayApi.Definition);
        await cluster.UntilAsync(Plural, "team-a", "IngressReady", "False", "GatewayApiMissing");
        await cluster.ApplyAsync(Repository($"{cluster.Namespace}.example.com", "any"));
        await cluster.UntilThereAsync("networking.k8s.io/v1/ingresses/team-a");
    }

    [Fact]
    public async Task Only_Gateway_hosts_that_no_other_namespace_holds_are_routed()
    {
        var (tenant, attacker) = (await TestCluster.CreateAsync(server), await TestCluster.CreateAsync(server));
        await tenant.ApplyAsync(GatewayApi.HttpRoutes);
        var (registered, routed, below) =
            ($"a.{tenant.Namespace}.org", $"b.{tenant.Namespace}.org", $"c.d.{tenant.Namespace}.net");
        await tenant.KubectlAsync(
            "wait", "--for=condition=Established", GatewayApi.Definition, KubectlTimeout.Option);
        // Before the operator starts: a route that comes later may reach it after the attacker's resource does.
        await tenant.ApplyAsync($$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: any }
            spec: { hostnames: [ {{routed}}, "*.{{tenant.Namespace}}.net" ] }
            """);
        await using var running = await OperatorProcess.StartAsync(tenant, wholeCluster: true);
        await tenant.ApplyAsync(Repository(registered, "any"));
        await tenant.UntilThereAsync(Ingress);
        await attacker.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec:
              gateway:
                parentRefs: [ { name: public } ]
                hostnames: [ {{attacker.Namespace}}.example.com, {{registered}}, {{routed}}, {{below}} ]
            """);
        await attacker.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        const string route = "gateway.networking.k8s.io/v1/httproutes/team-a";
        await attacker.UntilThereAsync(route);
        Assert.Equal(
            [$"{attacker.Namespace}.example.com"],
            (await attacker.GetAsync(route))!["spec"]!["hostnames"]!.AsArray().Select(host => (string)host!));
        Assert.NotNull(await tenant.GetAsync(Ingress));
        await tenant.KubectlAsync("delete", GatewayApi.Definition);
    }

    static string Repository(string host, string className, string path = "/") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { ingress: { className: {{className}}, host: {{host}}, path: {{path}} } }
        """;
}
