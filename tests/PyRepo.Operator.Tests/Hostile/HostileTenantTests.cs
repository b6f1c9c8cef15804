using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Tests.Roles;
using PyRepo.Operator.Tests.Running;
using PyRepo.Resources.Manifests;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Hostile;

/// <summary>
/// What somebody with the rights of an editor in one namespace can do to the operator, and so to everybody else. It
/// has the memory of the chart's default.
/// </summary>
public sealed class HostileTenantTests(ApiServer server, ITestOutputHelper output) : IClassFixture<ApiServer>
{
    const string Plural = "pythonrepositories";
    const string Ours = "apis/pyrepo.dev/v1alpha1";
    const long Memory = 256 << 20;
    const int Pods = 200;

    [Fact]
    public async Task Hostile_objects_of_a_namespace_neither_crash_the_operator_nor_delay_others()
    {
        var bystander = await TestCluster.CreateAsync(server);
        var tenant = await HostileTenant.CreateAsync(server);
        // Resources that were stored before specs had a limit.
        var definition = await WithoutLengthRuleAsync();
        await Eventually.IsAsync("a long spec is accepted", async () =>
            await tenant.TryAsync(Plural, Ours, HostileObjects.Resource("first", 100_000, 0)) is null);
        await FillAsync(tenant);
        await using var objects = new HostileServer(Report("repositories", "{}"));
        await using var texts = new HostileServer(Report("notSupportedYet", "\"a\""));
        for (var n = 0; n < Pods; n++)
            await (n % 2 == 0 ? objects : texts).RunPodAsync(tenant.Cluster, $"pod-{n}", $"near-{n % 10}");
        await PutDefinitionAsync(definition);

        using var cgroup = ControlGroup.TryCreateForMemory(Memory);
        foreach (var name in (string[])["before", "after-restart"])
        {
            var watch = Stopwatch.StartNew();
            await using var running = await OperatorProcess.StartAsync(bystander, wholeCluster: true, cgroup: cgroup);
            var ready = watch.Elapsed;
            await bystander.ApplyAsync(Repository(name));
            await bystander.UntilThereAsync($"apps/v1/deployments/{name}");
            await bystander.UntilAsync(Plural, name, "StorageReady", "False", "NoDefaultStorageClass");
            Assert.False(cgroup?.Peak > Memory);
            output.WriteLine(
                $"{name}: listed after {ready.TotalSeconds:0.0} s, reconciled after "
                + $"{watch.Elapsed.TotalSeconds:0.0} s, peak {cgroup?.Peak >> 20} MiB");
            await tenant.Cluster.UntilAsync(Plural, "long-0", "Ready", "False", "InvalidSpec");
            Assert.Equal("ok\n", await running.GetAsync("readyz"));
        }
        var message = await tenant.Cluster.MessageAsync(Plural, "long-0", "Ready");
        Assert.Contains($"of at most {SpecLength.Max}", message, StringComparison.Ordinal);
        Assert.DoesNotContain("project", message, StringComparison.Ordinal);
    }

    /// <summary>
    /// An HTTPRoute, which this API server does not know, is kept as an Ingress is, and a VolumeSnapshot as a Job is.
    /// </summary>
    [Fact]
    public void Each_kind_of_child_is_tried() => Assert.Equal(
        GrantedRights.GetResources("children-policy.yaml").Except(["httproutes", "volumesnapshots"]).Order(),
        Floods("").Select(flood => flood.Plural).Except([Plural]).Distinct().Order());

    [Fact]
    public void Each_annotation_that_is_kept_is_forged() => Assert.Equal(
        Annotations.All.Except([Annotations.AppliedTemplate]).Order(), HostileObjects.KeptAnnotations.Order());

    async Task FillAsync(HostileTenant tenant)
    {
        foreach (var (plural, api, count, of) in Floods(Guid.NewGuid().ToString()))
        {
            var accepted = await tenant.FloodAsync(plural, api, count, of);
            output.WriteLine($"{accepted} of {count} {plural} of {of(0).Length:N0} bytes");
        }
    }

    /// <summary>As much as ended an operator of 256 MiB before.</summary>
    static (string Plural, string Api, int Count, Func<int, string> Of)[] Floods(string uid) =>
    [
        (Plural, Ours, 8, n => HostileObjects.Resource($"long-{n}", 863_000, 0)),
        (Plural, Ours, 20, n => HostileObjects.Resource($"near-{n}", 50_000, 250_000)),
        ("configmaps", "api/v1", 150, n => HostileObjects.ConfigMap($"large-{n}", $"near-{n % 20}", 1_000_000)),
        ("configmaps", "api/v1", 5, n => HostileObjects.ConfigMap($"near-{n}-config", $"near-{n}", 1_000_000)),
        ("configmaps", "api/v1", 2_100, n => HostileObjects.ConfigMap($"small-{n}", $"near-{n % 20}", 1, uid)),
        ("services", "api/v1", 4, n => HostileObjects.Service($"near-{n}", $"near-{n}", 250_000)),
        ("ingresses", "apis/networking.k8s.io/v1", 4,
            n => HostileObjects.Ingress($"near-{n}", $"near-{n}", 200_000, 5_000)),
        ("deployments", "apis/apps/v1", 4,
            n => HostileObjects.Deployment($"near-{n}", $"near-{n}", 200_000, 5_000)),
        ("deployments", "apis/apps/v1", 2_000, n => HostileObjects.Forged($"forged-{n}", $"near-{n % 20}")),
        ("configmaps", "api/v1", 3, n => HostileObjects.Deep($"deep-{n}", "near-0", 60 << n)),
        ("persistentvolumeclaims", "api/v1", _quantities.Length,
            n => HostileObjects.Claim($"near-{n}-data", $"near-{n}", _quantities[n])),
        ("serviceaccounts", "api/v1", 4,
            n => HostileObjects.Other($"near-{n}-server", $"near-{n}", 200_000, "null")),
        ("networkpolicies", "apis/networking.k8s.io/v1", 4,
            n => HostileObjects.Other($"near-{n}", $"near-{n}", 200_000, """{ "podSelector": {} }""")),
        ("poddisruptionbudgets", "apis/policy/v1", 4,
            n => HostileObjects.Other($"near-{n}", $"near-{n}", 200_000, """{ "maxUnavailable": 1 }""")),
        ("jobs", "apis/batch/v1", 4, n => HostileObjects.Other($"near-{n}", $"near-{n}", 200_000, Job)),
    ];

    const string Job = """
        { "template": { "spec": { "restartPolicy": "Never", "containers": [ { "name": "one", "image": "i:1" } ] } } }
        """;

    static readonly string[] _quantities =
    [
        "1e-2147483648", "1E9999999", "1e9999999999", "9223372036854775807", "1n", "0.0000000001", "1e2147483647",
    ];

    /// <summary>A report of as many values as an answer has room for.</summary>
    static string Report(string list, string value) => $$"""
        { "version": "1", "hash": "x", "{{list}}": [ {{string.Join(
            ',', Enumerable.Repeat(value, 63_000 / (value.Length + 1)))}} ] }
        """;

    /// <returns>What it was.</returns>
    async Task<JsonNode> WithoutLengthRuleAsync()
    {
        var definition = JsonNode.Parse(await server.Http.GetStringAsync(DefinitionUrl))!;
        var earlier = definition.DeepClone();
        var rules = earlier["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!
            ["x-kubernetes-validations"]!.AsArray();
        foreach (var rule in rules.Where(rule => (string?)rule!["rule"] == SpecLength.Cel).ToArray())
            rules.Remove(rule);
        await PutDefinitionAsync(earlier);
        return definition;
    }

    async Task PutDefinitionAsync(JsonNode definition)
    {
        definition["metadata"]!["resourceVersion"] = (string)JsonNode.Parse(
            await server.Http.GetStringAsync(DefinitionUrl))!["metadata"]!["resourceVersion"]!;
        using var changed = new StringContent(
            definition.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await server.Http.PutAsync(DefinitionUrl, changed);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    static Uri DefinitionUrl =>
        new("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pythonrepositories.pyrepo.dev", UriKind.Relative);

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: {}
        """;
}
