using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using PyRepo.Release.Charts;
using PyRepo.Release.Files;

namespace PyRepo.Release.Tests;

/// <summary>The chart of a release, and what Artifact Hub shows of it.</summary>
public sealed class ChartTests(ReleaseFixture release)
{
    static readonly string[] _kinds = ["added", "changed", "deprecated", "removed", "fixed", "security"];

    [Fact]
    public void It_is_the_source_trees_with_the_images_digests()
    {
        var chart = Chart(release.Signed);
        var source = Directory.EnumerateFiles(
            SourceTree.At("charts", "pyrepo-operator"), "*", SearchOption.AllDirectories);
        Assert.Equal(
            source.Select(file => Path.GetRelativePath(SourceTree.At("charts"), file)).Order(), chart.Keys.Order());
        var values = YamlFile.Parse(chart["pyrepo-operator/values.yaml"])[0];
        Assert.Equal(
            (string?)release.Signed.Version("pyrepo-operator")["digest"], (string?)values["image"]!["digest"]);
        Assert.Equal(
            (string?)release.Signed.Version("pyrepo")["digest"], (string?)values["server"]!["image"]!["digest"]);
        Assert.Equal(
            SourceTree.Read("charts/pyrepo-operator/templates/deployment.yaml"),
            chart["pyrepo-operator/templates/deployment.yaml"]);
    }

    [Fact]
    public void A_registry_has_it_as_helm_push_would_have_put_it_there()
    {
        const string layout = "charts/pyrepo-operator";
        var manifest = release.Signed.Document(layout, release.Signed.Version(layout));
        Assert.Equal("application/vnd.cncf.helm.config.v1+json", (string?)manifest["config"]!["mediaType"]);
        var layer = Assert.Single(manifest["layers"]!.AsArray())!;
        Assert.Equal("application/vnd.cncf.helm.chart.content.v1.tar+gzip", (string?)layer["mediaType"]);
        Assert.Equal(release.Signed.Files["pyrepo-operator-0.1.0.tgz"], release.Signed.Blob(layout, layer));
        Assert.Equal(
            "pyrepo-operator", (string?)release.Signed.Document(layout, manifest["config"]!)["name"]);
    }

    [Fact]
    public void Artifact_Hub_shows_the_kinds_of_the_CRDs_with_an_example_of_each()
    {
        var definitions = SourceTree.Files("config/crd", ".yaml")
            .Select(file => YamlFile.Parse(SourceTree.Read(file))[0]).ToList();
        Assert.Equal(
            definitions.Select(crd => (
                Name: (string)crd["metadata"]!["name"]!, Kind: (string)crd["spec"]!["names"]!["kind"]!,
                Version: (string)crd["spec"]!["versions"]!.AsArray().Single(each => (bool)each!["storage"]!)!["name"]!))
                .Order(),
            Annotation("crds").Select(
                crd => ((string)crd!["name"]!, (string)crd["kind"]!, (string)crd["version"]!)).Order());
        Assert.Equal(
            definitions.Select(crd => (string)crd["spec"]!["names"]!["kind"]!).Order(),
            Annotation("crdsExamples").Select(example => (string)example!["kind"]!).Order());
    }

    [Fact]
    public void Artifact_Hub_shows_images_changes_and_the_key()
    {
        Assert.Equal(
            release.Signed.Text("images.txt").TrimEnd('\n').Split('\n'),
            Annotation("images").Select(image => (string)image!["image"]!).Order());
        Assert.All(Annotation("images"), image => Assert.Equal(
            ["linux/amd64", "linux/arm64"], image!["platforms"]!.AsArray().Select(platform => (string)platform!)));
        var changes = Annotation("changes");
        Assert.NotEmpty(changes);
        Assert.All(changes, change =>
        {
            Assert.Contains((string)change!["kind"]!, _kinds);
            Assert.InRange(((string)change["description"]!).Length, 10, 1000);
        });
        var key = YamlFile.Parse((string)Metadata(release.Signed)["artifacthub.io/signKey"]!)[0];
        Assert.EndsWith("/v0.1.0/cosign.pub", (string)key["url"]!, StringComparison.Ordinal);
        Assert.Null(Metadata(release.Unsigned)["artifacthub.io/signKey"]);
        Assert.Equal("Full Lifecycle", (string?)Metadata(release.Signed)["artifacthub.io/operatorCapabilities"]);
        Assert.Equal("true", (string?)Metadata(release.Signed)["artifacthub.io/operator"]);
    }

    [Fact]
    public void Another_version_than_the_charts_own_cannot_be_released() =>
        Assert.Contains("0.1.0", Assert.Throws<FormatException>(() => ReleaseChart.Make(
            SourceTree.At("charts", "pyrepo-operator"), "9.9.9", [], "")).Message, StringComparison.Ordinal);

    JsonArray Annotation(string name) =>
        YamlFile.Parse($"list:\n{(string)Metadata(release.Signed)[$"artifacthub.io/{name}"]!}")[0]["list"]!.AsArray();

    static JsonNode Metadata(ReleaseFolder folder) =>
        YamlFile.Parse(Chart(folder)["pyrepo-operator/Chart.yaml"])[0]["annotations"]!;

    static Dictionary<string, string> Chart(ReleaseFolder folder)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var tar = new TarReader(new GZipStream(
            File.OpenRead(Path.Combine(folder.Path, "pyrepo-operator-0.1.0.tgz")), CompressionMode.Decompress));
        while (tar.GetNextEntry(copyData: true) is { } entry)
            files[entry.Name] = new StreamReader(entry.DataStream!).ReadToEnd();
        return files;
    }
}
