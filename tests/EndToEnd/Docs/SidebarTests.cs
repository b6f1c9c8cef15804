using System.Text.Json;

namespace EndToEnd.Docs;

/// <summary>The sidebar of the site.</summary>
public sealed class SidebarTests
{
    static readonly List<string> _pages = ReadPages();

    [Fact]
    public void It_has_each_page_of_the_docs_once()
    {
        Faults.AssertNone(SourceTree.Files("docs", ".md").Except(_pages));
        Assert.Distinct(_pages);
    }

    [Fact]
    public void Each_of_its_pages_exists() => Faults.AssertNone(_pages.Except(MarkdownFile.All.Keys));

    static List<string> ReadPages()
    {
        using var sidebar = JsonDocument.Parse(SourceTree.Read("docs/.vitepress/sidebar.json"));
        return
        [
            .. sidebar.RootElement.EnumerateArray()
                .SelectMany(group => group.GetProperty("pages").EnumerateArray())
                .Select(page => page.GetProperty("page").GetString()!),
        ];
    }
}
