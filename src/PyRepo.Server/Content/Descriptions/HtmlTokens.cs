using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>Reads HTML as a sequence of tags and texts, in linear time. A tree would cost quadratic time and memory for
/// some inputs, as the standard prescribes it.</summary>
static class HtmlTokens
{
    /// <summary>The elements whose content is not for readers, or means nothing without them.</summary>
    static readonly string[] _hidden =
    [
        "audio", "canvas", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "select", "style",
        "svg", "template", "textarea", "title", "video",
    ];

    /// <summary>Returns the start tags, end tags and texts without comments, and without the elements that have nothing
    /// to read.</summary>
    public static IEnumerable<HtmlToken> Read(string html, WorkBudget budget)
    {
        // A hidden element that never ends hides nothing: some texts name a tag and forget to escape it.
        var ends = _hidden.ToDictionary(name => name, name => html.LastIndexOf(
            $"</{name}", StringComparison.OrdinalIgnoreCase));
        using var source = new TextSource(html);
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.ResolverExtended);
        var (inside, read) = ((string?)null, 0);
        for (var token = tokenizer.Get(); token.Type is not HtmlTokenType.EndOfFile; token = tokenizer.Get())
        {
            budget.Charge(tokenizer.Position - read);
            read = tokenizer.Position;
            if (inside is not null)
            {
                if (token.Type is HtmlTokenType.EndTag && token.Name == inside)
                    inside = null;
            }
            else if (token is HtmlTagToken { Type: HtmlTokenType.StartTag, IsSelfClosing: false }
                && ends.TryGetValue(token.Name, out var end) && end >= tokenizer.Position - 1)
            {
                inside = token.Name;
            }
            else if (token.Type is HtmlTokenType.StartTag or HtmlTokenType.EndTag or HtmlTokenType.Character)
            {
                yield return token;
            }
        }
    }
}
