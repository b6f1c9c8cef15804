using System.Text.Json.Nodes;
using PyRepo.Release.Files;

namespace PyRepo.Release.Tests;

/// <summary>The bundle for OLM installs what <c>config/</c> does.</summary>
public sealed class OperatorBundleTests(ReleaseFixture release)
{
    [Fact]
    public void Its_rights_are_those_of_the_operators_roles()
    {
        AssertEqual(
            Source("rbac/cluster").Find("ClusterRole", "pyrepo-operator")["rules"],
            Permission("clusterPermissions")["rules"]);
        AssertEqual(
            Source("rbac/leader").Find("Role", "pyrepo-operator-leader")["rules"], Permission("permissions")["rules"]);
        Assert.Equal("pyrepo-operator", (string?)Permission("clusterPermissions")["serviceAccountName"]);
        Assert.Equal("pyrepo-operator", (string?)Permission("permissions")["serviceAccountName"]);
    }

    [Fact]
    public void It_owns_each_version_of_each_CRD_and_brings_it()
    {
        var owned = Csv["spec"]!["customresourcedefinitions"]!["owned"]!.AsArray();
        Assert.Equal(6, owned.Count);
        Assert.All(SourceTree.Files("config/crd", ".yaml"), file =>
        {
            Assert.Equal(SourceTree.Read(file), release.Signed.Text($"bundle/manifests/{Path.GetFileName(file)}"));
            var definition = YamlFile.Parse(SourceTree.Read(file))[0];
            Assert.All(definition["spec"]!["versions"]!.AsArray(), version => Assert.Contains(owned, one =>
                (string?)one!["name"] == (string?)definition["metadata"]!["name"]
                && (string?)one["kind"] == (string?)definition["spec"]!["names"]!["kind"]
                && (string?)one["version"] == (string?)version!["name"]));
        });
        var examples = JsonNode.Parse((string)Csv["metadata"]!["annotations"]!["alm-examples"]!)!.AsArray();
        Assert.Equal(
            owned.Select(one => (string)one!["kind"]!).Distinct().Order(),
            examples.Select(one => (string)one!["kind"]!).Order());
    }

    [Fact]
    public void It_runs_the_operators_Deployment_by_digest_with_the_user_that_the_platform_assigns()
    {
        var deployment = Assert.Single(Csv["spec"]!["install"]!["spec"]!["deployments"]!.AsArray())!;
        var expected = Source("operator/operator").Find("Deployment", "pyrepo-operator")["spec"]!.DeepClone();
        var pod = expected["template"]!["spec"]!;
        pod["containers"]![0]!["image"] = Image("pyrepo-operator");
        pod["securityContext"]!.AsObject().Remove("runAsUser");
        pod["securityContext"]!.AsObject().Remove("runAsGroup");
        AssertEqual(expected, deployment["spec"]);
        Assert.Equal("pyrepo-operator", (string?)deployment["name"]);
        var settings = JsonNode.Parse((string)Manifest("pyrepo-operator.configmap")["data"]!["settings.json"]!)!;
        Assert.Equal(Image("pyrepo"), (string?)settings["serverImage"]);
        Assert.True((bool?)settings["server"]!["assignedUser"]);
        Assert.Equal(
            [Image("pyrepo-operator"), Image("pyrepo")],
            Csv["spec"]!["relatedImages"]!.AsArray().Select(image => (string)image!["image"]!));
    }

    [Fact]
    public void OLM_reads_its_metadata()
    {
        Assert.Equal("pyrepo-operator.v0.1.0", (string?)Csv["metadata"]!["name"]);
        Assert.Equal("0.1.0", (string?)Csv["spec"]!["version"]);
        Assert.Equal(
            ["AllNamespaces"],
            Csv["spec"]!["installModes"]!.AsArray().Where(mode => (bool)mode!["supported"]!)
                .Select(mode => (string)mode!["type"]!));
        var annotations = YamlFile.Parse(release.Signed.Text("bundle/metadata/annotations.yaml"))[0]["annotations"]!;
        Assert.Equal("registry+v1", (string?)annotations["operators.operatorframework.io.bundle.mediatype.v1"]);
        Assert.Equal("pyrepo-operator", (string?)annotations["operators.operatorframework.io.bundle.package.v1"]);
        const string layout = "pyrepo-operator-bundle";
        var manifest = release.Signed.Document(layout, release.Signed.Version(layout));
        AssertEqual(annotations, release.Signed.Document(layout, manifest["config"]!)["config"]!["Labels"]);
    }

    /// <summary>OLM installs only some kinds, and admission policies are not among them.</summary>
    [Fact]
    public void What_OLM_cannot_install_stands_beside_it()
    {
        var kinds = release.Signed.Files.Keys
            .Where(file => file.StartsWith("bundle/manifests/", StringComparison.Ordinal))
            .Select(file => (string)YamlFile.Parse(release.Signed.Text(file))[0]["kind"]!).Distinct().Order();
        Assert.Equal(["ClusterRole", "ClusterServiceVersion", "ConfigMap", "CustomResourceDefinition"], kinds);
        var beside = YamlFile.Parse(release.Signed.Text("bundle/policies.yaml"));
        Assert.Equal(4, beside.Count(one => (string?)one["kind"] == "ValidatingAdmissionPolicy"));
        Assert.Equal(4, beside.Count(one => (string?)one["kind"] == "ValidatingAdmissionPolicyBinding"));
        Assert.Contains(
            beside, one => (string?)one["kind"] == "Role" && (string?)one["metadata"]!["namespace"] == "default");
    }

    JsonNode Csv => Manifest("pyrepo-operator.clusterserviceversion");

    JsonNode Permission(string list) => Assert.Single(Csv["spec"]!["install"]!["spec"]![list]!.AsArray())!;

    JsonObject Manifest(string name) => YamlFile.Parse(release.Signed.Text($"bundle/manifests/{name}.yaml"))[0];

    string Image(string name) => $"ghcr.io/pyrepo/{name}@{release.Signed.Version(name)["digest"]}";

    static IReadOnlyList<JsonObject> Source(string path) => YamlFile.Parse(SourceTree.Read($"config/{path}.yaml"));

    static void AssertEqual(JsonNode? expected, JsonNode? found) =>
        Assert.True(JsonNode.DeepEquals(expected, found), $"expected {expected}, found {found}");
}
