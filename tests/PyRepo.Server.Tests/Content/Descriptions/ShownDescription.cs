using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Tests.Content.Descriptions;

/// <summary>A description as a browser sees it on a page. Its own lists say what is safe, so that no mistake in those
/// of the server goes unseen.</summary>
sealed class ShownDescription(string html)
{
    static readonly HashSet<string> _elements =
    [
        "a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h2", "h3",
        "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "s", "samp", "small", "span", "strong",
        "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
    ];

    static readonly HashSet<string> _classes = ["description", "description-cut", "align-center", "align-right"];

    static readonly HashSet<string> _colors = ["hl-k", "hl-s", "hl-c", "hl-n", "hl-d", "hl-o"];

    readonly IHtmlDocument _page = new HtmlParser().ParseDocument(
        $"<!DOCTYPE html><html lang=en><title>x</title><main id=main>{html}</main><footer id=end>end</footer>");

    /// <summary>What the server wrote.</summary>
    public string Html => html;

    /// <summary>The part of the page that holds the description.</summary>
    public IElement Main => _page.QuerySelector("#main")!;

    /// <summary>The text that is shown.</summary>
    public string Text => Main.TextContent;

    /// <summary>The links that lead somewhere.</summary>
    public IEnumerable<IElement> Links => Main.QuerySelectorAll("a[href]");

    /// <summary>Renders Markdown.</summary>
    public static ShownDescription OfMarkdown(string? text) =>
        new(DescriptionHtml.Render(text, "text/markdown").Html);

    /// <summary>Makes HTML safe.</summary>
    public static ShownDescription OfHtml(string html) =>
        new(SafeHtml.Sanitize(html, new WorkBudget(TimeSpan.FromMinutes(1))));

    /// <summary>Returns what is not safe on the page.</summary>
    public IEnumerable<string> Problems()
    {
        var around = string.Join(' ', _page.Body!.Children.Select(element => element.Id));
        if (around != "main end" || _page.QuerySelector("#end")!.TextContent != "end")
            yield return $"The description left its place: {around}";
        foreach (var element in Main.QuerySelectorAll("*"))
        {
            if (!_elements.Contains(element.LocalName) || element.NamespaceUri != "http://www.w3.org/1999/xhtml")
                yield return $"The element {element.LocalName}";
            if (element.LocalName == "span"
                && (element.ClassName is null || element.ParentElement!.LocalName != "code"))
                yield return "A span that is no color";
            foreach (var attribute in element.Attributes)
            {
                if (!IsSafe(element, attribute.Name, attribute.Value))
                    yield return $"The attribute {attribute.Name}=\"{attribute.Value}\" of {element.LocalName}";
            }
        }
        foreach (var id in Main.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(id => id.Count() > 1))
            yield return $"Two elements with the id {id.Key}";
    }

    bool IsSafe(IElement element, string name, string value) => name switch
    {
        "id" => value.StartsWith("description-", StringComparison.Ordinal),
        "class" => (element.LocalName == "span" ? _colors : _classes).Contains(value),
        "start" => element.LocalName == "ol" && int.TryParse(value, out _),
        "rel" => element.LocalName == "a" && value == "nofollow noopener noreferrer ugc",
        "href" => element.LocalName == "a" && (value.StartsWith('#') ? LeadsToHeading(value) : LeadsOutside(element)),
        _ => false,
    };

    bool LeadsToHeading(string link) =>
        _page.GetElementById(Uri.UnescapeDataString(link[1..])) is { Id: var id } && id != "main" && id != "end";

    static bool LeadsOutside(IElement link) =>
        new[] { "http://", "https://", "mailto:" }.Any(
            scheme => link.GetAttribute("href")!.StartsWith(scheme, StringComparison.Ordinal))
        && !link.GetAttribute("href")!.Any(c => c <= ' ' || c == 0x7F)
        && link.GetAttribute("rel") is not null;
}
