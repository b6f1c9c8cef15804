using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Watching;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>What a real API server makes of the children.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class RealApiServerTests(ApiServer server)
{
    static readonly string _bucket = """
        storage: { bucket: { name: packages, region: eu-west-1, credentialsSecretRef: { name: s3 } } },
        server: { replicas: 2, resources: { requests: { cpu: "0.5", memory: 1024Mi } } }
        """;

    [Fact]
    public async Task The_API_server_accepts_each_golden_file_without_warnings_under_restricted_pod_security()
    {
        var ns = await server.NewNamespaceAsync();
        (await server.RunKubectlAsync(
            ["label", "namespace", ns, "pod-security.kubernetes.io/warn=restricted",
                "pod-security.kubernetes.io/enforce=restricted"]))
            .MustSucceed();
        foreach (var file in TestFiles.In(SourceTree.At("tests", "PyRepo.Operator.Tests", "Golden")))
        {
            var documents = (await File.ReadAllTextAsync(file)).Split("---\n")
                .Where(d => !d.Contains("kind: HTTPRoute", StringComparison.Ordinal))
                .Select(d => d.Replace("namespace: packages\n", $"namespace: {ns}\n", StringComparison.Ordinal));
            var result = await server.RunKubectlAsync(
                ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"],
                string.Join("---\n", documents));
            result.MustSucceed();
            Assert.Equal("", result.Error);
        }
    }

    [Fact]
    public async Task A_namespace_with_a_quota_takes_the_pods_of_a_resource_that_says_nothing_about_them()
    {
        var ns = await server.NewNamespaceAsync();
        (await server.RunKubectlAsync(
            ["create", "quota", "team", "-n", ns, "--hard=requests.cpu=1,requests.memory=1Gi,pods=10"])).MustSucceed();
        var quota = await server.RunKubectlAsync(
            ["patch", "resourcequota", "team", "-n", ns, "--subresource=status", "--type=merge", "-p",
                """{"status":{"hard":{"requests.cpu":"1","requests.memory":"1Gi","pods":"10"},"used":{"requests.cpu":"0","requests.memory":"0","pods":"0"}}}"""]);
        quota.MustSucceed();
        var template = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a"),
            Scenario.Inputs, Scenario.Settings).Deployment!.Spec!.Template;
        // No controllers run here: this is the pod that they would make.
        var pod = JsonSerializer.SerializeToNode(template, KubernetesJson.Default.PodTemplate)!.AsObject();
        (pod["apiVersion"], pod["kind"], pod["metadata"]!["name"]) = ("v1", "Pod", "team-a");
        (await server.RunKubectlAsync(["create", "-n", ns, "-f", "-"], pod.ToJsonString())).MustSucceed();

        var container = pod["spec"]!["containers"]![0]!.AsObject();
        container.Remove("resources");
        pod["metadata"]!["name"] = "unlimited";
        var rejected = await server.RunKubectlAsync(["create", "-n", ns, "-f", "-"], pod.ToJsonString());
        Assert.Contains("must specify requests.cpu", rejected.MustFail(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PythonRepository", "server: { affinity: { "
        + "podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: "
        + "[ { topologyKey: kubernetes.io/hostname } ], preferredDuringSchedulingIgnoredDuringExecution: [] }, "
        + "nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: "
        + "{ nodeSelectorTerms: [ { matchExpressions: [ { key: a, operator: Exists, values: [] } ] } ] } } }, "
        + "topologySpreadConstraints: [ { maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, "
        + "labelSelector: { matchExpressions: [ { key: a, operator: Exists, values: [] } ] } } ], "
        + "imagePullSecrets: [ { name: b }, { name: a } ], priorityClassName: \"\" }")]
    [InlineData("PythonRepository", "ingress: { className: nginx, host: pypi.example.com, tls: { secretName: pypi } }")]
    [InlineData("PythonRepository", "bucket")]
    [InlineData("ProxyRepository", "upstream: { caBundleRef: { name: ca, key: ca.crt } }, storage: { ephemeral: {} }")]
    [InlineData("RepositoryGroup", "members: [ { kind: PythonRepository, name: other } ], suspend: true")]
    public async Task Existing_children_are_not_written_again(string kind, string spec)
    {
        var ns = await server.NewNamespaceAsync();
        var made = YamlObjects.Make(kind, "team-a", spec == "bucket" ? _bucket : spec);
        var resource =
            DeclaredResource.Read(made.Source with { Metadata = made.Source.Metadata with { Namespace = ns } });
        var settings = Scenario.Settings with { NetworkPolicy = new NetworkPolicySettings { Enabled = true } };
        var desired = DesiredState.From(resource, Scenario.Inputs, settings);
        using var client = new KubernetesClient(
            ClusterConnection.Open(server.Kubeconfig, null, TimeProvider.System), TimeProvider.System);
        var applier = Applier(client);

        var first = await applier.ApplyAsync(new ObjectOwner("team-a"), desired.Objects, CancellationToken.None);
        Assert.Equal(desired.Objects.Count, first.Changes.Count);
        Assert.Empty(first.Conflicts);
        var pvc = await client.GetAsync(
            ResourceTypes.PersistentVolumeClaims, new ObjectKey(ns, "team-a-data"), CancellationToken.None);
        var later = Scenario.Inputs with
        {
            Now = Scenario.Now.AddDays(9),
            FreshPassword = "another",
            PersistentVolumeClaim = pvc,
        };
        Assert.Empty((await Applier(client).ApplyAsync(
            new ObjectOwner("team-a"), DesiredState.From(resource, later, settings).Objects, CancellationToken.None))
            .Changes);
    }

    static ObjectApplier Applier(KubernetesClient client)
    {
        var applier = new ObjectApplier(
            client, meta => meta.Labels?.GetValueOrDefault(ChildMetadata.NameLabel), TimeProvider.System);
        Add(ResourceTypes.ServiceAccounts);
        Add(ResourceTypes.NetworkPolicies);
        Add(ResourceTypes.ConfigMaps);
        Add(ResourceTypes.PersistentVolumeClaims);
        Add(ResourceTypes.Services);
        Add(ResourceTypes.Deployments);
        Add(ResourceTypes.PodDisruptionBudgets);
        Add(ResourceTypes.Ingresses);
        return applier;

        // Of informers that do not run: each object is read.
        void Add<T>(ResourceType<T> type)
            where T : KubernetesObject => applier.AddKind(type, new Informer<T>(
                client, type, new InformerScope(), TimeProvider.System, NullLogger.Instance));
    }
}
