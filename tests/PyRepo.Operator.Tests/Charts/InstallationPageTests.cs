using System.Text.RegularExpressions;

namespace PyRepo.Operator.Tests.Charts;

/// <summary>The page that says how to install: which images are built, and which the cluster pulls.</summary>
public sealed partial class InstallationPageTests
{
    const string Page = "docs/run-for-a-company.md";

    [AssetFact("tools")]
    public async Task Operator_and_servers_run_the_images_that_the_page_pushes()
    {
        var text = GetText();
        var values = Installation().Match(text).Groups["value"].Captures
            .SelectMany(value => new[] { "--set", value.Value });
        var rendered = await Helm.RenderAsync("pyrepo-system", [.. values]);
        var images = Image().Matches(rendered).Select(image => image.Groups["name"].Value).Distinct().Order();
        Assert.Equal(
            ["registry.example.com/pyrepo/pyrepo-operator:0.1.0", "registry.example.com/pyrepo/pyrepo:0.1.0"], images);
        Assert.Equal(images, Push().Matches(text).Select(push => push.Groups["image"].Value).Order());
    }

    [Fact]
    public void Each_image_that_the_page_pushes_is_built_from_the_stage_with_its_program()
    {
        var text = GetText();
        var built = Build().Matches(text).ToDictionary(b => b.Groups["image"].Value, b => b.Groups["target"].Value);
        Assert.Equal(2, built.Count);
        Assert.Equal(built.Keys, Push().Matches(text).Select(push => push.Groups["image"].Value));
        var stages = SourceTree.Read("Dockerfile").Split("\nFROM ");
        Assert.All(built, image =>
        {
            var stage = Assert.Single(
                stages, s => s.Split('\n')[0].EndsWith($" AS {image.Value}", StringComparison.Ordinal));
            var name = image.Key[(image.Key.LastIndexOf('/') + 1)..image.Key.LastIndexOf(':')];
            Assert.Contains($"ENTRYPOINT [\"/app/{name}\"]", stage, StringComparison.Ordinal);
        });
    }

    /// <summary>The page as a shell reads it: lines joined, and the registry in the place of its variable.</summary>
    static string GetText()
    {
        var text = SourceTree.Read(Page).Replace(" \\\n ", "", StringComparison.Ordinal);
        return text.Replace("$REGISTRY", Registry().Match(text).Groups["name"].Value, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^REGISTRY=(?<name>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Registry();

    [GeneratedRegex(
        @"^helm install pyrepo-operator charts/pyrepo-operator .*?( --set (?<value>\S+))*$", RegexOptions.Multiline)]
    private static partial Regex Installation();

    [GeneratedRegex(@"^docker build --target (?<target>\w+) --tag (?<image>\S+) \.$", RegexOptions.Multiline)]
    private static partial Regex Build();

    [GeneratedRegex(@"^docker push (?<image>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Push();

    [GeneratedRegex("""(\bimage: |"serverImage": )"?(?<name>[^"\s]+)""")]
    private static partial Regex Image();
}
