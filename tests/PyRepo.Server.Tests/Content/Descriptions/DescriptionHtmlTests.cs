using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Tests.Content.Descriptions;

public sealed class DescriptionHtmlTests
{
    [Theory]
    [InlineData("text/markdown")]
    [InlineData("text/markdown; charset=UTF-8; variant=GFM")]
    [InlineData("Text/Markdown;variant=CommonMark")]
    public void Markdown_is_rendered(string contentType) =>
        Assert.Equal(
            "<div class=\"description\"><p><em>x</em></p>\n</div>", DescriptionHtml.Render("*x*", contentType).Html);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/html")]
    [InlineData("text/markdownish")]
    [InlineData("nonsense;;")]
    public void Everything_else_is_shown_verbatim(string? contentType) =>
        Assert.Equal("<pre class=\"description\">*x* &lt;b&gt;\n====</pre>",
            DescriptionHtml.Render("*x* <b>\r\n====\r\n", contentType).Html);

    [Theory]
    [InlineData("text/x-rst")]
    [InlineData("text/x-rst; charset=UTF-8")]
    [InlineData("")]
    [InlineData(null)]
    public void A_text_without_a_type_is_reStructuredText_as_on_PyPI(string? contentType) =>
        Assert.Equal("<div class=\"description\"><h2 id=\"description-x\">x</h2></div>",
            DescriptionHtml.Render("*x*\n===", contentType).Html.Replace("<em>x</em>", "x", StringComparison.Ordinal));

    [Theory]
    [InlineData("# Title\n\nUse `x`.")]
    [InlineData("Title\n=====\n\n```python\nx\n```")]
    [InlineData("See [the docs](https://docs.example/).")]
    [InlineData("=======\nno title")]
    public void A_text_without_a_type_that_is_no_reStructuredText_is_shown_verbatim(string text) =>
        Assert.Equal($"<pre class=\"description\">{text}</pre>", DescriptionHtml.Render(text, null).Html);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    public void A_project_without_a_description_shows_nothing(string? text) =>
        Assert.Equal("", DescriptionHtml.Render(text, "text/markdown").Html);

    [Fact]
    public void Headings_are_below_that_of_the_page()
    {
        var headings = Shown("# A\n## B\n#### D\n###### F\n\n<h1>Raw</h1>").Main.QuerySelectorAll("h1,h2,h3,h4,h5,h6");
        Assert.Equal(
            ["h2 A", "h3 B", "h5 D", "h6 F", "h2 Raw"], headings.Select(h => $"{h.LocalName} {h.TextContent}"));
    }

    [Fact]
    public void A_link_to_a_heading_leads_to_it()
    {
        var shown = Shown("""
            [1](#getting-started) [2](#getting-started-1) [3](#raw) [4](#API) [5](#missing) [6](#über-uns)

            # Getting *started*!
            # Getting started
            # `API`
            # Über uns
            <h2 id="raw">R</h2>
            """);
        Assert.Equal(["Getting started!", "Getting started", "R", "API", "Über uns"], shown.Links.Select(link =>
            shown.Main.QuerySelectorAll("[id]").Single(
                h => h.Id == Uri.UnescapeDataString(link.GetAttribute("href")![1..])).TextContent));
        Assert.Contains("5", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_an_anchor_leads_to_it() =>
        Assert.Equal("<div class=\"description\"><p><a href=\"#description-there\">x</a> "
            + "<a id=\"description-there\"></a>y</p>\n</div>", Shown("[x](#there) <a name=\"there\"></a>y").Html);

    [Fact]
    public void An_external_link_is_marked_nofollow_and_noreferrer()
    {
        var link = Assert.Single(Shown("[docs](https://example.org/a?b=c&d#e \"title\")").Links);
        Assert.Equal("https://example.org/a?b=c&d#e", link.GetAttribute("href"));
        Assert.Equal("nofollow noopener noreferrer ugc", link.GetAttribute("rel"));
        Assert.Equal("docs", link.TextContent);
    }

    [Theory]
    [InlineData("[x](docs/index.md)")]
    [InlineData("[x](/tokens/)")]
    [InlineData("[x](../simple/)")]
    [InlineData("[x](//example.org/)")]
    [InlineData("[x](javascript:alert%281%29)")]
    [InlineData("<a href='LICENSE'>x</a>")]
    public void A_link_into_this_server_or_to_a_script_is_text(string text)
    {
        Assert.Empty(Shown(text).Links);
        Assert.Equal("x", Shown(text).Text.Trim());
    }

    [Theory]
    [InlineData("https://example.org", "https://example.org/")]
    [InlineData("www.example.org", "https://www.example.org/")]
    [InlineData("<someone@example.org>", "mailto:someone@example.org")]
    [InlineData("[x](HTTPS://Example.org/A)", "https://example.org/A")]
    public void An_address_in_the_text_is_a_link(string text, string target) =>
        Assert.Equal(target, Assert.Single(Shown(text).Links).GetAttribute("href"));

    [Theory]
    [InlineData("![Logo](https://example.org/logo.png)", "Logo>https://example.org/logo.png")]
    [InlineData("![](https://example.org/logo.png)", "image>https://example.org/logo.png")]
    [InlineData("<img src=https://example.org/logo.png width=9 alt=Logo>", "Logo>https://example.org/logo.png")]
    [InlineData("[![CI](https://example.org/ci.svg)](https://example.org/ci)", "CI>https://example.org/ci")]
    [InlineData("[![](https://example.org/ci.svg)](https://example.org/ci)", "image>https://example.org/ci")]
    [InlineData("![Logo](docs/logo.png)", "Logo")]
    [InlineData("![Logo](data:image/png;base64,AAAA)", "Logo")]
    [InlineData("![](docs/logo.png)", "")]
    [InlineData("[![CI](ci.svg)](ci)", "CI")]
    public void An_image_is_a_link_to_it_or_its_text(string text, string expected)
    {
        var shown = Shown(text);
        Assert.Equal(expected, string.Concat(shown.Links.Select(a => $"{a.TextContent}>{a.GetAttribute("href")}")
            .DefaultIfEmpty(shown.Text.Trim())));
    }

    [Fact]
    public void A_table_keeps_its_cells_and_their_alignment() => Assert.Equal(
        "<table><thead><tr><th>a</th><th class=\"align-center\">b</th><th class=\"align-right\">c</th></tr></thead>"
        + "<tbody><tr><td><del>1</del></td><td class=\"align-center\"><code>2</code></td>"
        + "<td class=\"align-right\">3</td></tr></tbody></table>",
        Inside("| a | b | c |\n|---|:-:|--:|\n| ~~1~~ | `2` | 3 |").Replace("\n", "", StringComparison.Ordinal));

    [Fact]
    public void Code_is_shown_verbatim() =>
        Assert.Equal("<pre><code>&lt;b&gt; &amp;amp; *x*\n</code></pre>",
            Inside("```html\n<b> &amp; *x*\n```").TrimEnd());

    [Fact]
    public void A_task_list_shows_what_is_done() =>
        Assert.Equal("☑ a ☐ b", string.Join(' ', Shown("- [x] a\n- [ ] b").Main.QuerySelectorAll("li")
            .Select(item => item.TextContent.Trim())));

    [Fact]
    public void A_footnote_can_be_followed_and_left()
    {
        var shown = Shown("a[^n]\n\n[^n]: note");
        Assert.Empty(shown.Problems());
        Assert.Equal(["1", "↩"], shown.Links.Select(link => link.TextContent));
    }

    [Fact]
    public void Raw_HTML_that_is_common_in_READMEs_looks_as_intended() => Assert.Equal("""
        <div class="align-center">
        <h2 id="description-acme" class="align-center">Acme</h2>
        <p class="align-center">
        <a href="https://example.org/ci" rel="nofollow noopener noreferrer ugc">CI</a>
        <br>
        <em>Fast</em>
        </p>
        </div>
        <details>
        <summary>More</summary>
        <p>x<br>y<sub>2</sub></p>
        </details>
        """, Inside("""
        <!-- a comment
        of lines -->
        <div align="center">
        <h1 align="center">Acme</h1>
        <p align="center">
        <a href="https://example.org/ci"><img alt="CI" src="https://example.org/ci.svg"></a>
        <br/>
        <em style="color: red" class="x">Fast</em>
        </p>
        </div>

        <details>
        <summary>More</summary>

        x<br>y<sub>2</sub><!-- no -->

        </details>
        """).Trim());

    [Fact]
    public void A_tag_mentioned_in_the_text_hides_nothing() =>
        Assert.Equal(
            "Use the  tag, or <style>.\nMore", Shown("Use the <script> tag, or `<style>`.\n\nMore").Text.Trim());

    [Fact]
    public void Text_nested_too_deeply_is_shown_verbatim_and_the_page_says_why() =>
        Assert.Equal(
            new($"<pre class=\"description\">{string.Concat(Enumerable.Repeat("&gt;", 100_000))}</pre>",
                "This description is shown as text: it takes too long to render."),
            DescriptionHtml.Render(new string('>', 100_000), "text/markdown"));

    [Fact]
    public void One_large_table_is_shown_as_text_and_the_rest_is_rendered()
    {
        var wide = string.Concat(Enumerable.Repeat("|a", 1000)) + "\n" + string.Concat(Enumerable.Repeat("|-", 1000))
            + string.Concat(Enumerable.Repeat("\n|x", 5000));
        var (html, note) = DescriptionHtml.Render($"# Title\n\n{wide}\n\n*More*", "text/markdown");
        Assert.Equal("Some tables of this description are shown as text: they are too large.", note);
        var shown = new ShownDescription(html);
        Assert.Equal("Title", shown.Main.QuerySelector("h2")!.TextContent);
        Assert.Equal("More", shown.Main.QuerySelector("em")!.TextContent);
        Assert.Equal(wide, shown.Main.QuerySelector("pre code")!.TextContent.TrimEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("# ")]
    [InlineData("> ")]
    public void One_costly_paragraph_is_shown_as_text_and_the_rest_is_rendered(string before)
    {
        var costly = string.Concat(Enumerable.Repeat("*a ", 5000)).Trim();
        var (html, note) = DescriptionHtml.Render($"*Some*\n\n{before}{costly}\n\n*More*", "text/markdown");
        Assert.Equal("Some paragraphs of this description are shown as text: they take too long to render.", note);
        var shown = new ShownDescription(html);
        Assert.Equal(["Some", "More"], shown.Main.QuerySelectorAll("em").Select(element => element.TextContent));
        Assert.Contains(costly, shown.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/markdown")]
    [InlineData("text/x-rst")]
    [InlineData("text/plain")]
    public void A_cut_text_says_so_at_its_end(string contentType)
    {
        var shown = new ShownDescription(DescriptionHtml.Render("Some text", contentType, isCut: true).Html);
        Assert.EndsWith(
            "The description is cut here: it has more than 256 KiB.", shown.Text, StringComparison.Ordinal);
        Assert.Empty(shown.Problems());
    }

    [Theory]
    [InlineData("text/markdown")]
    [InlineData("text/x-rst")]
    [InlineData("text/plain")]
    public void A_letter_has_at_most_eight_combining_marks(string contentType) => Assert.Equal(
        "e" + new string('\u0301', 8) + " and more",
        new ShownDescription(DescriptionHtml.Render(
            "e" + new string('\u0301', 100_000) + " and more", contentType).Html).Text.Trim());

    [Fact]
    public void Code_has_colors() => Assert.Equal(
        "<pre><code><span class=\"hl-k\">def</span> <span class=\"hl-d\">f</span>(): "
        + "<span class=\"hl-k\">return</span> <span class=\"hl-s\">&quot;x&quot;</span> "
        + "<span class=\"hl-c\"># &lt;1&gt;</span>\n</code></pre>",
        Inside("```python\ndef f(): return \"x\" # <1>\n```").TrimEnd());

    [Fact]
    public void A_text_cannot_have_the_classes_of_colors() =>
        Assert.Equal("<p>x</p>", Inside("<p class=\"hl-k\"><span class=\"hl-k\">x</span></p>").Trim());

    static ShownDescription Shown(string text) => ShownDescription.OfMarkdown(text);

    /// <summary>The HTML of Markdown without the element around it.</summary>
    static string Inside(string text) => Shown(text).Html["<div class=\"description\">".Length..^"</div>".Length];
}
