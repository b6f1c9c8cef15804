using System.Text;
using PyRepo.Operator.Settings;
using PyRepo.Testing.Cluster;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Operator.Tests.Charts;

/// <summary>What the chart renders, and what a real API server makes of it.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class ChartTests(ApiServer server)
{
    /// <summary>The values that are maps of the user's own keys.</summary>
    static readonly string[] _maps =
    [
        "resources", "nodeSelector", "affinity", "podAnnotations", "podLabels", "annotations", "labels", "hosts",
    ];

    static string AllValues => SourceTree.At("tests", "PyRepo.Operator.Tests", "Charts", "all-values.yaml");

    /// <summary>The Prometheus operator's kinds, of which no API server has the definitions.</summary>
    static readonly string _monitors =
        string.Join("---\n", new[] { "ServiceMonitor", "PodMonitor", "PrometheusRule" }.Select(kind => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: {{kind.ToLowerInvariant()}}s.monitoring.coreos.com }
        spec:
          group: monitoring.coreos.com
          scope: Namespaced
          names: { plural: {{kind.ToLowerInvariant()}}s, singular: {{kind.ToLowerInvariant()}}, kind: {{kind}} }
          versions:
          - name: v1
            served: true
            storage: true
            schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }

        """));

    [HelmFact]
    public void The_file_of_all_values_has_every_value_of_the_chart() => Assert.Empty(
        Paths(SourceTree.At("charts", "pyrepo-operator", "values.yaml")).Except(Paths(AllValues)));

    [HelmFact]
    public async Task The_API_server_accepts_the_chart_with_every_value_in_each_scope_without_warnings()
    {
        (await server.RunKubectlAsync(["apply", "-f", "-"], _monitors)).MustSucceed();
        (await server.RunKubectlAsync(
            ["wait", "--for=condition=Established", KubectlTimeout.Option, "-f", "-"], _monitors))
            .MustSucceed();
        var (release, team) = (await NamespaceAsync(), await NamespaceAsync());
        foreach (var (scope, namespaces) in new[] { ("Cluster", ""), ("Own", ""), ("Namespaces", $"\"{team}\"") })
        {
            await MustTakeAsync(await Helm.RenderAsync(
                release, "--values", AllValues, "--set", $"scope={scope}", "--set-json", $"namespaces=[{namespaces}]"));
        }
        await MustTakeAsync(await Helm.RenderAsync(release));
    }

    [HelmFact]
    public async Task The_operator_understands_the_settings_of_all_values_and_of_none()
    {
        var settings = await SettingsOfAsync("--values", AllValues);
        Assert.Equal(("512Mi", "tools"), (
            settings.Server.Resources.Limits["memory"].ToString(), settings.Server.PriorityClassName));
        Assert.True(settings.Server.AssignedUser);
        Assert.Equal(WatchScope.Namespaces, settings.Scope);
        settings = await SettingsOfAsync();
        Assert.Equal(new(), settings.Server);
    }

    [HelmFact]
    public async Task The_operators_pods_have_the_values_about_them()
    {
        var text = await Helm.RenderAsync("pyrepo-system", "--values", AllValues);
        foreach (var kind in (string[])["Deployment", "Pod"])
        {
            var document = Documents(text).Single(d => d["kind"].ToString() == kind);
            var pod = kind == "Pod" ? document["spec"] : document["spec"]["template"]["spec"];
            Assert.DoesNotContain("runAsUser", pod["securityContext"].ToString(), StringComparison.Ordinal);
            var env = ((YamlSequenceNode)pod["containers"][0]["env"]).ToDictionary(
                e => e["name"].ToString(), e => e.ToString());
            Assert.Contains("http://proxy.example.com:3128", env["HTTP_PROXY"], StringComparison.Ordinal);
            Assert.Contains("http://proxy.example.com:3128", env["HTTPS_PROXY"], StringComparison.Ordinal);
            Assert.Contains("$(KUBERNETES_SERVICE_HOST),.example.com", env["NO_PROXY"], StringComparison.Ordinal);
            Assert.Contains("spec.nodeName", env["NODE"], StringComparison.Ordinal);
        }
        Assert.Contains("--log-level, Debug", text, StringComparison.Ordinal);
        var account = Documents(text).Single(d => d["kind"].ToString() == "ServiceAccount");
        Assert.Equal("registry", account["imagePullSecrets"][0]["name"].ToString());
    }

    /// <summary>Helm must leave Prometheus' templates and Grafana's variables as they are.</summary>
    [HelmFact]
    public async Task The_rules_and_dashboards_are_those_of_config_monitoring()
    {
        var documents = Documents(await Helm.RenderAsync("pyrepo-system", "--values", AllValues)).ToList();
        var rules = documents.Single(d => d["kind"].ToString() == "PrometheusRule");
        Assert.Equal("prometheus", rules["metadata"]["labels"]["release"].ToString());
        Assert.Equal(
            Documents(await File.ReadAllTextAsync(SourceTree.At("config", "monitoring", "rules.yaml"))).Single(),
            rules["spec"]);
        foreach (var file in Directory.EnumerateFiles(SourceTree.At("config", "monitoring", "dashboards")))
        {
            var map = documents.Single(
                d => d["kind"].ToString() == "ConfigMap" && Has(d["data"], Path.GetFileName(file)));
            Assert.Equal("1", map["metadata"]["labels"]["grafana_dashboard"].ToString());
            Assert.Equal(await File.ReadAllTextAsync(file), map["data"][Path.GetFileName(file)].ToString());
        }
        Assert.DoesNotContain("PrometheusRule", await Helm.RenderAsync("pyrepo-system"), StringComparison.Ordinal);
    }

    [HelmFact]
    public async Task Each_namespace_can_have_its_own_operator()
    {
        var (first, second) = (await NamespaceAsync(), await NamespaceAsync());
        await Helm.InstallAsync(server, first, "--set", "scope=Own,crds.install=false");
        try
        {
            await Helm.InstallAsync(server, second, "--set", "scope=Own,crds.install=false");
            await Helm.UninstallAsync(server, first);
            foreach (var kind in (string[])
                ["validatingadmissionpolicies", "validatingadmissionpolicybindings", "clusterroles"])
            {
                var left = (await server.RunKubectlAsync(["get", kind, "-o", "name"])).MustSucceed();
                Assert.Contains($"-{second}\n", left, StringComparison.Ordinal);
                Assert.DoesNotContain($"-{first}\n", left, StringComparison.Ordinal);
            }
        }
        finally
        {
            await Helm.UninstallAsync(server, first);
            await Helm.UninstallAsync(server, second);
        }
    }

    [HelmFact]
    public async Task Cluster_scoped_objects_are_named_after_their_release()
    {
        var (one, other) = (NamesIn(await Helm.RenderAsync("one")), NamesIn(await Helm.RenderAsync("other")));
        Assert.All(one.Intersect(other),
            name => Assert.StartsWith("CustomResourceDefinition ", name, StringComparison.Ordinal));

        static string[] NamesIn(string text) =>
            [.. Documents(text).Select(d => $"{d["kind"]} {GetNamespace(d["metadata"])}/{d["metadata"]["name"]}")];
    }

    static string GetNamespace(YamlNode metadata) =>
        ((YamlMappingNode)metadata).Children.TryGetValue("namespace", out var ns) ? ns.ToString() : "";

    [HelmFact]
    public async Task An_unknown_or_invalid_value_is_rejected()
    {
        foreach (var wrong in (string[])
            ["logLevel=Loud", "settings.server.image=a", "proxy.ftp=a", "extraEnv[0].value=a"])
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => Helm.RenderAsync("default", "--set", wrong));
        }
    }

    async Task<string> NamespaceAsync()
    {
        var ns = await server.NewNamespaceAsync();
        (await server.RunKubectlAsync(["label", "namespace", ns, "pod-security.kubernetes.io/warn=restricted",
            "pod-security.kubernetes.io/enforce=restricted"])).MustSucceed();
        return ns;
    }

    async Task MustTakeAsync(string manifests)
    {
        var result = await server.RunKubectlAsync(
            ["apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-"],
            manifests);
        result.MustSucceed();
        Assert.Equal("", result.Error);
    }

    static async Task<OperatorSettings> SettingsOfAsync(params string[] options)
    {
        var map = Documents(await Helm.RenderAsync("pyrepo-system", options))
            .Single(d => d["kind"].ToString() == "ConfigMap" && Has(d["data"], "settings.json"));
        return SettingsFile.Parse(Encoding.UTF8.GetBytes(map["data"]["settings.json"].ToString()));
    }

    static bool Has(YamlNode map, string key) => ((YamlMappingNode)map).Children.ContainsKey(key);

    static IEnumerable<YamlNode> Documents(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return yaml.Documents.Select(d => d.RootNode).OfType<YamlMappingNode>();
    }

    static IEnumerable<string> Paths(string file) => Paths("", Documents(File.ReadAllText(file)).Single());

    static IEnumerable<string> Paths(string path, YamlNode node) => node is YamlMappingNode map
        && !_maps.Contains(path[(path.LastIndexOf('.') + 1)..])
        ? map.Children.SelectMany(c => Paths($"{path}.{c.Key}", c.Value))
        : [path];
}
