using System.Text;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Serving;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>What a resource and the administrator decide about the server's pods.</summary>
public sealed class PodTests
{
    const string Bucket = "storage: { bucket: { name: packages, region: eu-west-1 } }";

    static readonly OperatorSettings _settings = WithDefaults("""
        {
          "imagePullSecrets": [ { "name": "mirror" } ],
          "priorityClassName": "tools",
          "podLabels": { "cost-center": "platform", "tier": "tools" },
          "podAnnotations": { "prometheus.io/scrape": "false" },
          "nodeSelector": { "pool": "tools" },
          "tolerations": [ { "key": "tools", "operator": "Exists" } ],
          "resources": { "requests": { "cpu": "100m", "memory": "128Mi" }, "limits": { "memory": "256Mi" } },
          "affinity": { "podAntiAffinity": { "requiredDuringSchedulingIgnoredDuringExecution":
            [ { "topologyKey": "kubernetes.io/hostname" } ] } },
          "topologySpreadConstraints":
            [ { "maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule" } ]
        }
        """) with
    {
        AllowedPodLabels = ["team", "tier"],
        AllowedPodAnnotations = ["prometheus.io/*"],
    };

    [Fact]
    public void Fields_that_a_resource_omits_take_the_administrators_defaults()
    {
        var template = Template("{}", _settings);
        Assert.Equal("mirror", Assert.Single(template.Spec.ImagePullSecrets!).Name);
        Assert.Equal("tools", template.Spec.PriorityClassName);
        Assert.Equal("tools", template.Spec.NodeSelector!["pool"]);
        Assert.Equal("tools", Assert.Single(template.Spec.Tolerations!).Key);
        var labels = template.Metadata!.Labels!;
        Assert.Equal(("platform", "tools"), (labels["cost-center"], labels["tier"]));
        Assert.Equal("false", template.Metadata.Annotations!["prometheus.io/scrape"]);
        Assert.Equal("requests: cpu 100m, memory 128Mi; limits: memory 256Mi", Resources(template));
        Assert.Equal(
            "topology.kubernetes.io/zone", Assert.Single(template.Spec.TopologySpreadConstraints!).TopologyKey);
        Assert.Contains("kubernetes.io/hostname", template.Spec.Affinity.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_administrators_default_of_each_field_survives_the_merge()
    {
        var (undecided, defaults) = (new ServerSpec(), _settings.Server);
        var merged = ServerPods.From(undecided, defaults);
        var fields = typeof(ServerPodSpec).GetProperties();
        Assert.Empty(fields.Where(f => Equals(f.GetValue(defaults), f.GetValue(undecided)))
            .Select(f => $"{f.Name} has no default in this test"));
        Assert.Empty(fields.Where(f => !Equals(f.GetValue(defaults), f.GetValue(merged)))
            .Select(f => $"ServerPods.Of forgets {f.Name}"));
    }

    [Fact]
    public void Fields_of_a_resource_replace_the_defaults_and_maps_are_merged_by_key()
    {
        var template = Template("""
            imagePullSecrets: [ { name: own }, { name: own } ], priorityClassName: important, tolerations: [],
            podLabels: { team: a, tier: web }, podAnnotations: { prometheus.io/port: "1" }, nodeSelector: { disk: ssd },
            affinity: {}, topologySpreadConstraints: []
            """, _settings);
        Assert.Equal("own", Assert.Single(template.Spec.ImagePullSecrets!).Name);
        Assert.Equal("important", template.Spec.PriorityClassName);
        Assert.Null(template.Spec.Tolerations);
        Assert.Null(template.Spec.Affinity);
        Assert.Null(template.Spec.TopologySpreadConstraints);
        Assert.Equal("disk ssd, pool tools", Text(template.Spec.NodeSelector!));
        Assert.Equal(
            "cost-center platform, pyrepo.dev/kind PythonRepository, pyrepo.dev/name team-a, team a, tier web",
            Text(template.Metadata!.Labels!));
        Assert.Equal(
            ["prometheus.io/port", "prometheus.io/scrape", "pyrepo.dev/template"],
            template.Metadata.Annotations!.Keys.Order());
    }

    [Theory]
    [InlineData("{}", "requests: cpu 50m, memory 96Mi; limits: ")]
    [InlineData("{ requests: { cpu: 2 } }", "requests: cpu 2, memory 96Mi; limits: ")]
    [InlineData("{ limits: { memory: 64Mi } }", "requests: cpu 50m; limits: memory 64Mi")]
    [InlineData("{ requests: { memory: 2Gi }, limits: { cpu: 1 } }", "requests: memory 2Gi; limits: cpu 1")]
    public void CPU_or_memory_without_a_request_or_limit_gets_the_default_request(
        string resources, string expected) =>
        Assert.Equal(expected, Resources(Template($"resources: {resources}", Scenario.Settings)));

    [Fact]
    public void A_default_limit_below_the_request_of_a_resource_does_not_count() => Assert.Equal(
        "requests: cpu 100m, memory 1Gi; limits: ",
        Resources(Template("resources: { requests: { memory: 1Gi } }", _settings)));

    [Fact]
    public void Several_pods_prefer_different_nodes_unless_the_resource_says_where_they_run()
    {
        Assert.Equal(
            "kubernetes.io/hostname", Assert.Single(Template("{}", Scenario.Settings, Bucket).Spec
                .TopologySpreadConstraints!).TopologyKey);
        var decided = Template("affinity: { podAffinity: {} }", Scenario.Settings, Bucket);
        Assert.Null(decided.Spec.TopologySpreadConstraints);
    }

    [Fact]
    public void A_selector_that_is_omitted_selects_the_pods_of_the_same_server()
    {
        const string own =
            """{"labelSelector":{"matchLabels":{"pyrepo.dev/kind":"PythonRepository","pyrepo.dev/name":"team-a"}},"topologyKey":"zone"}""";
        var spec = Template("""
            affinity: {
              podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [ { topologyKey: zone } ] },
              podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [ { weight: 1, podAffinityTerm: { topologyKey: zone } } ] }
            },
            topologySpreadConstraints: [ { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule } ]
            """, Scenario.Settings, Bucket).Spec;
        Assert.Equal(
            $$$"""{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{{{own}}}]},"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{{{own}}}}]}}""",
            spec.Affinity.ToString());
        Assert.Equal("team-a", spec.TopologySpreadConstraints![0].LabelSelector.MatchLabels!["pyrepo.dev/name"]);
    }

    [Fact]
    public void Where_the_platform_assigns_users_the_pods_name_none()
    {
        var security = Template("{}", WithDefaults("""{ "assignedUser": true }""")).Spec.SecurityContext!;
        Assert.Equal((null, null, null), (security.RunAsUser, security.RunAsGroup, security.FsGroup));
        Assert.True(security.RunAsNonRoot);
        security = Template("{}", Scenario.Settings).Spec.SecurityContext!;
        Assert.Equal((65532L, 65532L, 65532L), (security.RunAsUser, security.RunAsGroup, security.FsGroup));
    }

    [Theory]
    [InlineData("podLabels: { app: database }", "LabelNotAllowed", "spec.server.podLabels: app is not allowed. Leave "
        + "it out, or ask the administrator to list it in the operator's setting allowedPodLabels.")]
    [InlineData("podAnnotations: { sidecar.istio.io/inject: \"false\", prometheus.io/port: \"1\" }",
        "AnnotationNotAllowed",
        "spec.server.podAnnotations: sidecar.istio.io/inject is not allowed. Leave it out, or ask the administrator to "
            + "list it in the operator's setting allowedPodAnnotations.")]
    [InlineData("serviceAccountAnnotations: { iam.gke.io/gcp-service-account: a }", "AnnotationNotAllowed",
        "spec.server.serviceAccountAnnotations: iam.gke.io/gcp-service-account is not allowed. Leave it out, or ask "
            + "the administrator to list it in the operator's setting allowedServiceAccountAnnotations.")]
    public void Pod_settings_that_are_not_allowed_are_rejected(string server, string reason, string message)
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", $"server: {{ {server} }}");
        var rejection = DesiredState.From(resource, Scenario.Inputs, _settings).Rejection!;
        Assert.Equal((reason, message), (rejection.Reason, rejection.Message));
    }

    static OperatorSettings WithDefaults(string server) =>
        SettingsFile.Parse(Encoding.UTF8.GetBytes($$"""{ "server": {{server}} }""")) with
        {
            ServerImage = Scenario.Settings.ServerImage,
        };

    static PodTemplate Template(string server, OperatorSettings settings, string storage = "storage: {}")
    {
        var fields = server == "{}" ? "{}" : $"{{ {server} }}";
        var resource = YamlObjects.Make("PythonRepository", "team-a", $"{storage}, server: {fields}");
        var desired = DesiredState.From(resource, Scenario.Inputs, settings);
        Assert.Null(desired.Rejection);
        return desired.Deployment!.Spec!.Template;
    }

    static string Resources(PodTemplate template)
    {
        var resources = template.Spec.Containers[0].Resources!;
        return $"requests: {Text(resources.Requests)}; limits: {Text(resources.Limits)}";
    }

    static string Text(IReadOnlyDictionary<string, string>? map) =>
        string.Join(", ", (map ?? new Dictionary<string, string>()).OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => $"{e.Key} {e.Value}"));
}
