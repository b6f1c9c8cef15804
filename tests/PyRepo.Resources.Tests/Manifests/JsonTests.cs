using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class JsonTests
{
    const string Proxy = """
        {
          "apiVersion": "pyrepo.dev/v1alpha1",
          "kind": "ProxyRepository",
          "metadata": { "name": "pypi", "generation": 7, "labels": { "ä": "\ud83d\ude00" } },
          "spec": { "upstream": { "url": "ftp://x" }, "suspend": false, "storage": { "ephemeral": {} } }
        }
        """;

    [Fact]
    public void A_JSON_file_is_read_like_a_YAML_file()
    {
        var text = Proxy.Replace("ftp://x", "https://x");
        var json = Read(text);
        Assert.Empty(json.Problems);
        var proxy = Assert.IsType<ProxyRepository>(Assert.Single(json.Resources));
        Assert.Equal("😀", proxy.Metadata.Labels["ä"]);
        Assert.Equal(7, proxy.Metadata.Generation);
        var yaml = Assert.IsType<ProxyRepository>(Assert.Single(Sample.Read(text).Resources));
        Assert.Equal(yaml.Spec, proxy.Spec);
        Assert.Equal(
            yaml.FieldPositions.Select(at => (at.Key, at.Value.Line, at.Value.Column)).Order(),
            proxy.FieldPositions.Select(at => (at.Key, at.Value.Line, at.Value.Column)).Order());
    }

    [Fact]
    public void Positions_count_characters() =>
        Assert.StartsWith("a.json:1:18: kind: \"x\"",
            Read("""{"ä":"öü","kind":"x","apiVersion":"pyrepo.dev/v1alpha1"}""").Problems.Single().ToString(),
            StringComparison.Ordinal);

    [Fact]
    public void A_wrong_value_has_its_position() =>
        Assert.Equal("a.json:5:34: spec.upstream.url: \"ftp://x\" is not an http or https URL",
            Read(Proxy).Problems.Single().ToString());

    [Fact]
    public void Several_consecutive_values_are_read() =>
        Assert.Equal(2, Read(Proxy.Replace("ftp", "http") + "\n" + Proxy.Replace("ftp", "http").Replace("pypi", "b"))
            .Resources.Length);

    [Fact]
    public void A_key_that_is_written_twice_is_a_problem() =>
        Assert.Contains("spec.suspend: appears twice; the first is on line 5",
            Read(Proxy.Replace("\"storage\": {", "\"suspend\": true, \"storage\": {")).Problems
                .Select(problem => $"{problem.FieldPath}: {problem.Message}"));

    [Theory]
    [InlineData("{")]
    [InlineData("{\"a\": 1,}")]
    [InlineData("{'a': 1}")]
    [InlineData("{\"a\": \"\\ud800\"}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("nul")]
    public void Other_texts_are_problems(string text) =>
        Assert.Equal(ProblemReason.Unreadable, Assert.Single(Read(text).Problems).Reason);

    [Fact]
    public void JSON_that_is_nested_too_deep_is_rejected() =>
        Assert.Equal(ProblemReason.Unreadable, Assert.Single(Read(new string('[', 100_000)).Problems).Reason);

    static ManifestSet Read(string text) => ManifestReader.Read([new("a.json", text)]);
}
