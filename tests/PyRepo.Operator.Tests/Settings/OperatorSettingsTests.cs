using System.CommandLine;
using System.Text;
using System.Text.Json;
using PyRepo.Operator.Commands;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Tests.Settings;

public sealed class OperatorSettingsTests
{
    [Fact]
    public void A_file_as_a_chart_renders_it_is_read()
    {
        var settings = Parse("""
            {
              "serverImage": "registry.example.com:5000/pyrepo:1.0",
              "allowedDestinations": ["10.0.0.0/8"],
              "ingress": { "hosts": { "team-a": ["*.team-a.example.com"] }, "controller": "k8s.io/ingress-nginx" },
              "networkPolicy": { "enabled": true },
              "scope": "Namespaces", "namespaces": ["team-a"]
            }
            """);
        Assert.Equal(["registry.example.com:5000/pyrepo"], settings.ImagePatterns.Select(p => p.ToString()));
        Assert.True(settings.Ingress.Lists("team-a", "pypi.team-a.example.com"));
        Assert.False(settings.Ingress.Lists("team-b", "pypi.team-a.example.com"));
        Assert.True(settings.Ingress.Allows("cert-manager.io/cluster-issuer"));
        Assert.Equal(5, settings.MaxRollouts);
        Assert.Equal(200, settings.MaxResourcesPerNamespace);
        Assert.Equal(WatchScope.Namespaces, settings.Scope);
    }

    [Theory]
    [InlineData("""{ "serverimage": "x" }""")]
    [InlineData("""{ "maxRollouts": 0 }""")]
    [InlineData("""{ "maxRolloutsPerNamespace": 0 }""")]
    [InlineData("""{ "maxResourcesPerNamespace": 0 }""")]
    [InlineData("""{ "scope": "Namespaces" }""")]
    [InlineData("""{ "scope": "Own", "namespaces": ["a"] }""")]
    [InlineData("{")]
    public void An_invalid_file_is_rejected(string json) =>
        Assert.Throws<SettingsException>(() => Parse(json));

    [Theory]
    [InlineData("""{ "namespaces": ["Team_A"], "scope": "Namespaces" }""",
        "namespaces[0]: \"Team_A\" is not a DNS label: use lowercase letters, digits and '-', and start and end with "
            + "a letter or digit")]
    [InlineData("""{ "allowedDestinations": ["a.b", "10.0.0.0/99"] }""", "allowedDestinations[1]: \"10.0.0.0/99\" is "
        + "not a host, *.DOMAIN, an IP address, or a CIDR such as 10.0.0.0/8")]
    [InlineData("""{ "allowedDestinations": ["-- -"] }""", "allowedDestinations[0]: \"-- -\" is not a host, "
        + "*.DOMAIN, an IP address, or a CIDR such as 10.0.0.0/8")]
    [InlineData("""{ "allowedImages": ["x y"] }""",
        "allowedImages[0]: \"x y\" is not an image, in which '*' stands for any characters but '/'")]
    [InlineData("""{ "allowedImages": [null] }""", "allowedImages[0]: null is not text")]
    [InlineData("""{ "allowedImages": "a" }""", "allowedImages: \"a\" is not a list of texts")]
    [InlineData("""{ "serverImage": "x y" }""",
        "serverImage: \"x y\" is not a container image name such as registry.example.com/pyrepo:1.0")]
    [InlineData("""{ "serverImage": 5 }""", "serverImage: 5 is not text")]
    [InlineData("""{ "servrImage": "x" }""", "the field 'servrImage' is not known")]
    [InlineData("""{ "operatorNamespace": "x" }""", "the field 'operatorNamespace' is not known")]
    [InlineData("""{ "ingress": { "host": {} } }""", "the field 'ingress.host' is not known")]
    [InlineData("""{ "ingress": [] }""", "ingress: [] is not a map of fields")]
    [InlineData("""{ "ingress": { "hosts": { "a": "b" } } }""", "ingress.hosts.a: \"b\" is not a list of texts")]
    [InlineData("""{ "ingress": { "hosts": { "a": ["ok.example.com", "*-x"] } } }""", "ingress.hosts.a[1]: \"*-x\" is "
        + "not a host, or *.DOMAIN, in which '*' stands for one label")]
    [InlineData("""{ "ingress": { "hosts": { "*": ["a.*"] } } }""", "ingress.hosts.*[0]: \"a.*\" is not a host, or "
        + "*.DOMAIN, in which '*' stands for one label")]
    [InlineData("""{ "ingress": { "hosts": { "team-*": [] } } }""",
        "ingress.hosts: \"team-*\" is not a DNS label: use lowercase letters, digits and '-', and start and end with "
            + "a letter or digit")]
    [InlineData("""{ "ingress": { "annotations": ["*-x"] } }""",
        "ingress.annotations[0]: \"*-x\" is not an annotation's name, or the beginning of one and '*'")]
    [InlineData("""{ "ingress": { "annotations": ["a.*", "cert-manager.io/"] } }""", "ingress.annotations[1]: "
        + "\"cert-manager.io/\" is not an annotation's name, or the beginning of one and '*'")]
    [InlineData("""{ "ingress": { "holdHostsFor": "a week" } }""",
        "ingress.holdHostsFor: \"a week\" is not a duration of at most 365d, such as 7d or 12h")]
    [InlineData("""{ "ingress": { "holdHostsFor": "366d" } }""",
        "ingress.holdHostsFor: \"366d\" is not a duration of at most 365d, such as 7d or 12h")]
    [InlineData("""{ "ingress": { "trustedProxies": ["10.0.0.1", "10.0.0.0/40"] } }""",
        "ingress.trustedProxies[1]: \"10.0.0.0/40\" is not an IP address, or a CIDR such as 10.0.0.0/8")]
    [InlineData("""{ "allowedPodLabels": ["a b"] }""",
        "allowedPodLabels[0]: \"a b\" is not a label's key, or the beginning of one and '*'")]
    [InlineData("""{ "allowedServiceAccountAnnotations": ["a/"] }""",
        "allowedServiceAccountAnnotations[0]: \"a/\" is not an annotation's name, or the beginning of one and '*'")]
    [InlineData("""{ "allowedPodAnnotations": ["a/"] }""",
        "allowedPodAnnotations[0]: \"a/\" is not an annotation's name, or the beginning of one and '*'")]
    [InlineData("""{ "server": { "tolerations": [ { "key": "a", "effect": "Never" } ] } }""",
        "server.tolerations[0].effect: \"Never\" is not one of NoSchedule, PreferNoSchedule, NoExecute")]
    [InlineData("""{ "server": { "podLabels": { "pyrepo.dev/kind": "a" } } }""",
        "server.podLabels: \"pyrepo.dev/kind\" is PyRepo's own: use a key of another domain")]
    [InlineData("""{ "server": { "image": "a" } }""", "server.image: is not a known field")]
    [InlineData("""{ "server": [] }""", "server: is a list, not a map of fields")]
    [InlineData("""{ "maxRollouts": 1.5 }""", "maxRollouts: 1.5 is not a whole number")]
    [InlineData("""{ "networkPolicy": { "enabled": "yes" } }""",
        "networkPolicy.enabled: \"yes\" is not true or false")]
    [InlineData("""{ "networkPolicy": { "dns": [ {} ] } }""",
        "networkPolicy.dns[0].namespace: \"\" is not a DNS label: use lowercase letters, digits and '-', and start and "
        + "end with a letter or digit")]
    [InlineData("""{ "networkPolicy": { "dns": [ "kube-system" ] } }""",
        "networkPolicy.dns[0]: \"kube-system\" is not a map of fields")]
    [InlineData("""{ "networkPolicy": { "dns": [ { "namespace": "a", "podLabels": { "a": 1 } } ] } }""",
        "networkPolicy.dns[0].podLabels.a: 1 is not text")]
    [InlineData("""{ "networkPolicy": { "dns": [ { "namespace": "a", "podLabels": { "a": "b c" } } ] } }""",
        "networkPolicy.dns[0].podLabels.a: \"b c\" is not a label value: use at most 63 letters, digits, '-', '_' and "
        + "'.', and start and end with a letter or digit")]
    [InlineData("""{ "claimableVolumes": "" }""", "claimableVolumes: \"\" is not one of Annotated, All")]
    [InlineData("""{ "scope": "cluster" }""", "scope: \"cluster\" is not one of Cluster, Namespaces, Own")]
    [InlineData("[]", "the settings are not a map of fields")]
    [InlineData("null", "the settings are not a map of fields")]
    public void An_error_message_names_the_field_and_the_value(string json, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<SettingsException>(() => Parse(json)).Message);

    [Theory]
    [InlineData("serverImage")]
    [InlineData("allowedImages")]
    [InlineData("allowedDestinations")]
    [InlineData("allowedPodLabels")]
    [InlineData("allowedPodAnnotations")]
    [InlineData("allowedServiceAccountAnnotations")]
    [InlineData("server")]
    [InlineData("ingress")]
    [InlineData("maxRollouts")]
    [InlineData("maxRolloutsPerNamespace")]
    [InlineData("maxResourcesPerNamespace")]
    [InlineData("claimableVolumes")]
    [InlineData("networkPolicy")]
    [InlineData("scope")]
    [InlineData("namespaces")]
    public void A_null_means_omitted(string field)
    {
        var settings = Parse($$"""{ "{{field}}": null }""");
        Assert.Equal(Shown(new()), Shown(settings));
        Assert.Equal(new(), settings.Server);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "resources": null, "imagePullSecrets": null, "affinity": null, "priorityClassName": null }""")]
    [InlineData("""{ "imagePullSecrets": [], "affinity": {}, "topologySpreadConstraints": [] }""")]
    [InlineData("""{ "tolerations": [], "priorityClassName": "", "podLabels": {} }""")]
    public void An_empty_server_setting_means_omitted(string server) =>
        Assert.Equal(new(), Parse($$"""{ "server": {{server}} }""").Server);

    [Fact]
    public void Servers_request_nothing_if_the_administrator_says_so() => Assert.Empty(
        Parse("""{ "server": { "resources": { "requests": {} } } }""").Server.Resources.Requests);

    [Fact]
    public void A_null_in_a_map_means_omitted()
    {
        var settings = Parse("""{ "ingress": { "controller": null, "annotations": null, "hosts": { "a": null } } }""");
        Assert.Equal(Shown(new()), Shown(settings));
    }

    [Theory]
    [InlineData("*.example.com")]
    [InlineData("pypi.example.com")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.0.0.1")]
    [InlineData("fd00::/8")]
    [InlineData("::1")]
    public void A_destination_is_a_host_an_address_or_a_network(string destination) =>
        Assert.Equal(
            destination,
            Assert.Single(Parse($$"""{ "allowedDestinations": ["{{destination}}"] }""").AllowedDestinations));

    [Theory]
    [InlineData("hosts", """{ "a": ["pypi.example.com", "*.Example.com"], "*": ["packages"] }""")]
    [InlineData("annotations", """["*", "a.*", "cert-manager.io/*", "example.com/My_key", "Plain-*"]""")]
    public void A_pattern_that_can_match_is_accepted(string field, string value) =>
        Parse($$"""{ "ingress": { "{{field}}": {{value}} } }""");

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData(":8080")]
    [InlineData("8080")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("0.0.0.0:99999")]
    public void An_address_to_listen_on_has_an_IP_address_and_a_port(string listen) =>
        Assert.Equal(
            $"--listen: \"{listen}\" is not ADDRESS:PORT, an IP address and a port, as 0.0.0.0:8080 or [::]:8080",
            Assert.Throws<SettingsException>(() => ListenAddress.Read(listen)).Message);

    [Theory]
    [InlineData("0.0.0.0:8080")]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::]:8080")]
    public void An_address_to_listen_on_is_read(string listen) =>
        Assert.Equal(listen, ListenAddress.Read(listen).ToString());

    [Fact]
    public void An_invalid_namespace_is_rejected()
    {
        var options = new ClusterOptions();
        var command = new Command("run");
        options.AddTo(command);
        Assert.Equal(
            "--namespace: \"A b\" is not a DNS label: use lowercase letters, digits and '-', and start and end with "
                + "a letter or digit",
            Assert.Throws<SettingsException>(
                () => options.GetNamespace(command.Parse(["--namespace", "A b"]), connection: null!)).Message);
    }

    [Fact]
    public void Options_override_the_file()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{ "serverImage": "a:1", "maxRollouts": 7 }""");
        var options = new SettingsOptions();
        var command = new Command("run");
        options.AddTo(command);
        var settings = options.Read(command.Parse(["--settings", path, "--server-image", "b:2"]));
        Assert.Equal(("b:2", 7), (settings.ServerImage, settings.MaxRollouts));
        Assert.Throws<SettingsException>(() => options.ReadWithServerImage(command.Parse([])));
        File.Delete(path);
    }

    [Theory]
    [InlineData("registry.example.com/tools/*", "registry.example.com/tools/pyrepo:1", true)]
    [InlineData("registry.example.com/tools/*", "registry.example.com/tools/deep/pyrepo:1", false)]
    [InlineData("registry.example.com/pyrepo:1.*", "registry.example.com/pyrepo:1.4", true)]
    [InlineData("registry.example.com/pyrepo:1.*", "registry.example.com/pyrepo:2.0", false)]
    [InlineData("localhost:5000/pyrepo", "localhost:5000/pyrepo:dev", true)]
    [InlineData("", "pyrepo", false)]
    public void Patterns_of_images(string pattern, string image, bool isAllowed) =>
        Assert.Equal(isAllowed, new ImagePattern(pattern).Allows(image));

    static string Shown(OperatorSettings settings) =>
        JsonSerializer.Serialize(settings, SettingsJson.Default.OperatorSettings);

    static OperatorSettings Parse(string json) => SettingsFile.Parse(Encoding.UTF8.GetBytes(json));
}
