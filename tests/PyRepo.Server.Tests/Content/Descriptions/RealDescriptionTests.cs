using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Descriptions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Descriptions;

/// <summary>Descriptions as they are uploaded.</summary>
public sealed class RealDescriptionTests(ITestOutputHelper output)
{
    [AssetFact("corpus/files")]
    public void Descriptions_of_real_distributions_are_safe_and_rendered() => CheckAll("corpus/files");

    [AssetFact("python/wheels")]
    public void Descriptions_of_real_tools_are_safe_and_rendered() => CheckAll("python/wheels");

    void CheckAll(string folder)
    {
        var (markdown, rst) = (0, 0);
        foreach (var metadata in MetadataIn(folder))
        {
            var (text, type) = (metadata.Description, metadata.DescriptionContentType);
            var shown = new ShownDescription(DescriptionHtml.Render(text, type).Html);
            Assert.Empty(shown.Problems());
            if (string.IsNullOrWhiteSpace(text))
                continue;
            output.WriteLine($"{metadata.Name} {metadata.Version}: {type}, {text.Length} characters, "
                + $"{shown.Links.Count()} links");
            var isMarkdown = type?.StartsWith("text/markdown", StringComparison.Ordinal) is true;
            var isRst = type?.StartsWith("text/x-rst", StringComparison.Ordinal) is null or true;
            Assert.StartsWith(isMarkdown || isRst ? "<div" : "<pre", shown.Html, StringComparison.Ordinal);
            markdown += isMarkdown ? 1 : 0;
            rst += isRst ? 1 : 0;
        }
        Assert.InRange(markdown, 5, int.MaxValue);
        Assert.InRange(rst, 5, int.MaxValue);
    }

    static IEnumerable<CoreMetadata> MetadataIn(string folder)
    {
        foreach (var path in TestFiles.In(Assets.Find(folder)!, "*.whl"))
        {
            using var file = File.OpenRead(path);
            if (DistributionFileName.TryParse(Path.GetFileName(path), out var name)
                && DistributionArchive.Read(file, name, strict: false).Metadata is { } metadata)
                yield return CoreMetadata.Parse(metadata);
        }
    }
}
