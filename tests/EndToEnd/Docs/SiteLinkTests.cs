using System.Net;
using System.Text.RegularExpressions;

namespace EndToEnd.Docs;

/// <summary>What the built site has, and where its links lead.</summary>
[Collection(nameof(SiteTests))]
public sealed partial class SiteLinkTests(BuiltSite site)
{
    static readonly Uri _root = new("http://site.test/");

    [SiteFact]
    public void Each_link_leads_to_a_file_and_a_place_that_exist() => Faults.AssertNone(
        from page in site.Pages.Values
        from link in page.Links.Distinct()
        where !Leads(page.Path, link)
        select $"{page.Path}: {link}");

    [SiteFact]
    public void Each_page_that_a_program_names_is_on_the_site_with_the_place_that_it_names() => Faults.AssertNone(
        from place in RepositoryPlace.OfPrograms
        where place.Path.StartsWith("docs/", StringComparison.Ordinal)
        let page = site.Paths.TryGetValue(place.Path, out var path) ? site.Pages[path] : null
        where page is null || (place.Anchor.Length > 0 && !page.Ids.Contains(place.Anchor))
        select place.ToString());

    [SiteFact]
    public void Each_heading_has_the_anchor_that_a_forge_gives_it() => Faults.AssertNone(
        from page in site.Paths
        from anchor in MarkdownFile.All[page.Key].Anchors
        where !site.Pages[page.Value].Ids.Contains(anchor)
        select $"{page.Value}#{anchor}");

    [SiteFact]
    public void A_field_and_a_metric_can_be_linked_to()
    {
        var fields = site.Pages["reference.html"].Ids;
        Assert.Contains("pythonrepository-spec-uploads-overwrite", fields);
        Assert.Contains("proxyrepository-spec-upstream-url", fields);
        Assert.Contains("spec-storage-bucket-endpoint", fields);
        Assert.Contains("pyrepo_uploads_total", site.Pages["metrics.html"].Ids);
    }

    [SiteFact]
    public void A_diagram_is_drawn_with_all_its_labels()
    {
        var drawn = site.Paths.Where(page => MarkdownFile.All[page.Key].Diagrams.Count > 0).ToList();
        Assert.NotEmpty(drawn);
        Faults.AssertNone(
            from page in drawn
            let text = WebUtility.HtmlDecode(Markup().Replace(site.Pages[page.Value].Html, "\n"))
            from diagram in MarkdownFile.All[page.Key].Diagrams
            from labels in Label().Matches(diagram)
            from label in Markup().Split(labels.Groups[1].Value.Trim('"'))
            where !label.Contains("--", StringComparison.Ordinal)
                && !text.Contains(label.Trim(), StringComparison.Ordinal)
            select $"{page.Value}: {label}");
    }

    [SiteFact]
    public void Programs_that_read_find_a_line_for_each_page()
    {
        var list = File.ReadAllText(Path.Combine(BuiltSite.Folder, "llms.txt"));
        Assert.StartsWith("# PyRepo\n\n> ", list, StringComparison.Ordinal);
        Assert.Equal(
            site.Paths.Values.Order(StringComparer.Ordinal),
            Entry().Matches(list).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_builds_it_names_no_place_from_which_it_was_installed() => Assert.DoesNotContain(
        "\"resolved\"", SourceTree.Read("docs/.vitepress/package-lock.json"), StringComparison.Ordinal);

    bool Leads(string page, string link)
    {
        var target = new Uri(new Uri(_root, page), link);
        if (target.Host != _root.Host)
            return target.Scheme is "mailto" or "data" || RepositoryPlace.FromLink(page, link) is not { Exists: false };
        var path = Uri.UnescapeDataString(target.AbsolutePath[1..]);
        var file = path.Length == 0 || path.EndsWith('/') ? path + "index.html" : path;
        return site.Pages.TryGetValue(file, out var there)
            ? target.Fragment.Length <= 1 || there.Ids.Contains(Uri.UnescapeDataString(target.Fragment[1..]))
            : File.Exists(Path.Combine(BuiltSite.Folder, file));
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(?<=[\[(|])(""[^""]+""|[^\[\]()|""\n]+)(?=[\])|])")]
    private static partial Regex Label();

    [GeneratedRegex(@"^- \[[^\]]+\]\(([^)]+)\): .", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
