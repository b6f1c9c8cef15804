using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>What costs more than its request is made in the gate, or an archive's own turns.</summary>
public sealed partial class WorkGateTests
{
    /// <summary>Who may call what is costly, because it does so inside the gate.</summary>
    static readonly Dictionary<string, string[]> _callers = new()
    {
        ["DescriptionHtml.Render("] = ["Endpoints/Web/ReleaseDetailsCache.cs"],
        ["MarkdownText.Render"] = ["Content/Descriptions/DescriptionHtml.cs"],
        ["RstText.Render"] = ["Content/Descriptions/DescriptionHtml.cs"],
        ["SafeHtml.Sanitize("] = ["Content/Descriptions/MarkdownText.cs"],
        ["RenderedPage.Render("] = ["Endpoints/Rendering/RenderedPageCache.cs", "Endpoints/Web/HtmlPage.cs"],
        ["new PageContent("] = [
            "Endpoints/IndexApi/JsonApiEndpoint.cs", "Endpoints/IndexApi/ProjectContent.cs",
            "Endpoints/IndexApi/SimplePages.cs", "Endpoints/Web/HtmlPage.cs",
        ],
        // A backup is made for nobody's request, and pages' own files are compressed once.
        ["CompressionLevel."] =
        [
            "Endpoints/Rendering/PageRendering.cs", "Endpoints/Web/PageAssets.cs",
            "Serving/Backups/BackupManifestWriter.cs",
        ],
        ["CoreMetadata.Parse("] = ["Content/Archives/ArchiveInspection.cs", "Content/Releases/ReleaseMetadata.cs"],
    };

    /// <summary>What is in a page for people is written when the page is made, in the gate.</summary>
    [Fact]
    public void A_page_for_people_is_made_by_a_function_that_the_gate_calls() => Assert.Empty(
        from file in ServerSources.Files()
        from Match call in PageSent.Matches(SourceTree.Read(file))
        where !call.Groups["main"].Value.StartsWith("() =>", StringComparison.Ordinal)
            && !call.Value.Contains(".Render", StringComparison.Ordinal)
        select $"{file}: {call.Value}");

    [Fact]
    public void Costly_functions_are_called_only_inside_the_gate() => Assert.Empty(
        from costly in _callers
        from file in ServerSources.Files()
        where !costly.Value.Contains(ServerSources.GetPath(file))
        from line in SourceTree.Read(file).Split('\n')
        where Calls(line, costly.Key)
        select $"{file} goes round the gate: {line.Trim()}");

    [Fact]
    public void The_callers_still_call() => Assert.Empty(
        from costly in _callers
        from file in costly.Value
        where !SourceTree.Read($"src/PyRepo.Server/{file}").Split('\n').Any(line => Calls(line, costly.Key))
        select $"{file} does not call {costly.Key}");

    /// <summary>Each of those that render calls the gate itself, or is called by one that does.</summary>
    [Theory]
    [InlineData("Endpoints/Rendering/RenderedPageCache.cs")]
    [InlineData("Endpoints/Web/ReleaseDetailsCache.cs")]
    [InlineData("Endpoints/Web/HtmlPageWork.cs")]
    public void They_are_inside_the_gate(string file) => Assert.Matches(
        "(gate|WorkGate.Shared)\\.(ComputeAsync|RunAsync)\\(", SourceTree.Read($"src/PyRepo.Server/{file}"));

    [Theory]
    [InlineData("    var page = RenderedPage.Render(content, true, work);", true)]
    [InlineData("    /// <see cref=\"RenderedPage.Render(PageContent)\"/>", false)]
    [InlineData("    var page = RenderedPage.Renderer();", false)]
    public void A_call_would_be_found(string line, bool isCall) =>
        Assert.Equal(isCall, Calls(line, "RenderedPage.Render("));

    static bool Calls(string line, string costly) => line.Contains(costly, StringComparison.Ordinal)
        && !line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    /// <summary>A call of <c>HtmlPage.SendAsync</c> up to where its content begins.</summary>
    [GeneratedRegex(
        @"HtmlPage\.SendAsync\([^;]*?(?<main>(\(\) => )?Html\.Of|\.Render\b)", RegexOptions.CultureInvariant)]
    static partial Regex PageSent { get; }
}
