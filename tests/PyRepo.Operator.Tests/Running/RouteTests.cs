using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Collection(ApiServer.SecondCollection)]
public sealed class RouteTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [ClusterFact]
    public async Task A_missing_IngressClass_is_named_until_it_is_there()
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
            (await cluster.GetAsync("networking.k8s.io/v1/ingresses/team-a"))!.ToJsonString()
                .Contains("\"nginx.ingress.kubernetes.io/proxy-body-size\":\"0\"", StringComparison.Ordinal));
    }

    [ClusterFact]
    public async Task A_host_that_another_namespace_holds_is_rejected_until_that_one_lets_it_go()
    {
        var first = await TestCluster.CreateAsync(server);
        var second = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(first, wholeCluster: true);
        var host = $"{first.Namespace}.example.com";
        await first.ApplyAsync(Repository(host, "any"));
        await first.UntilThereAsync("networking.k8s.io/v1/ingresses/team-a");
        await second.ApplyAsync(Repository(host, "any", "/mine"));
        await second.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        Assert.Null(await second.GetAsync("networking.k8s.io/v1/ingresses/team-a"));
        var message = await second.MessageAsync(Plural, "team-a", "IngressReady");
        Assert.DoesNotContain(
            first.Namespace, message.Replace(host, "", StringComparison.Ordinal), StringComparison.Ordinal);

        await first.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await second.UntilThereAsync("networking.k8s.io/v1/ingresses/team-a");
    }

    [ClusterFact]
    public async Task A_host_is_not_taken_from_whom_holds_it_by_an_older_resource_that_asks_for_it_later()
    {
        var first = await TestCluster.CreateAsync(server);
        var second = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(first, wholeCluster: true);
        var host = $"{second.Namespace}.example.com";
        await first.ApplyAsync(Repository($"{first.Namespace}.example.com", "any"));
        await second.ApplyAsync(Repository(host, "any"));
        await second.UntilThereAsync("networking.k8s.io/v1/ingresses/team-a");
        await first.ApplyAsync(Repository(host, "any"));
        await first.UntilAsync(Plural, "team-a", "IngressReady", "False", "HostTaken");
        var held = await second.ConditionAsync(Plural, "team-a", "IngressReady");
        Assert.NotEqual("HostTaken", (string?)held!["reason"]);

        const string ingress = "networking.k8s.io/v1/ingresses/team-a";
        var before = (string?)(await second.GetAsync(ingress))!["metadata"]!["uid"];
        await second.DeleteAsync(ingress);
        await Eventually.IsAsync("the Ingress of who had the host is back", async () =>
            await second.GetAsync(ingress) is { } back && (string?)back["metadata"]!["uid"] != before,
            () => running.Log);
        Assert.Equal("HostTaken", (string?)(await first.ConditionAsync(Plural, "team-a", "IngressReady"))!["reason"]);
    }

    [ClusterFact]
    public async Task A_host_that_any_Ingress_of_another_namespace_has_is_rejected_until_that_one_is_gone()
    {
        var first = await TestCluster.CreateAsync(server);
        var second = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(first, wholeCluster: true);
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
        await first.UntilThereAsync("networking.k8s.io/v1/ingresses/team-a");

        await first.DeleteAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a");
        await first.DeleteAsync("networking.k8s.io/v1/ingresses/plain");
        await second.UntilThereAsync("networking.k8s.io/v1/ingresses/team-a");
    }

    static string Repository(string host, string className, string path = "/") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { ingress: { className: {{className}}, host: {{host}}, path: {{path}} } }
        """;
}
