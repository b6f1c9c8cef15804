using System.Text;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>
/// The targets of a description's links within it: its headings, named as GitHub names them, and elements with an id.
/// </summary>
sealed class Fragments
{
    const int MaxIdLength = 100;

    readonly UniqueIds _ids = new();
    readonly List<string> _headings = [];

    /// <summary>The id of each heading, in their order.</summary>
    public IReadOnlyList<string> Headings => _headings;

    /// <summary>Collects the fragments of a text.</summary>
    public static Fragments From(IEnumerable<HtmlToken> tokens)
    {
        var fragments = new Fragments();
        HtmlTagToken? heading = null;
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            if (token.Type is HtmlTokenType.Character)
            {
                text.Append(token.Data);
                continue;
            }
            if (token.Type is HtmlTokenType.StartTag && GetId(token.AsTag()) is { } id)
                fragments._ids.TryTake(id);
            if (!SafeElement.IsHeading(token.Name))
                continue;
            fragments.AddHeading(heading, text);
            heading = token.Type is HtmlTokenType.StartTag ? token.AsTag() : null;
        }
        fragments.AddHeading(heading, text);
        return fragments;
    }

    /// <summary>Returns the id that a link like <c>#usage</c> leads to, or null if there is none.</summary>
    public string? Find(string link)
    {
        if (!link.StartsWith('#') || link.Length > MaxIdLength * 9)
            return null;
        var id = Uri.UnescapeDataString(link[1..]);
        return _ids.Contains(id) ? id : _ids.Contains(id.ToLowerInvariant()) ? id.ToLowerInvariant() : null;
    }

    /// <summary>Returns the id that the text itself gives to an element, or null if it has none that can be used.
    /// </summary>
    public static string? GetId(HtmlTagToken tag)
    {
        var id = tag.GetAttribute("id") is { Length: > 0 } own ? own : tag.Name == "a" ? tag.GetAttribute("name") : "";
        return id is { Length: > 0 and <= MaxIdLength } && id.All(IsIdCharacter) ? id : null;
    }

    /// <summary>Adds a heading, if there is one, and forgets the text so far.</summary>
    void AddHeading(HtmlTagToken? heading, StringBuilder text)
    {
        if (heading is not null)
            _headings.Add(GetId(heading) ?? _ids.Give(Slug(text.ToString())));
        text.Clear();
    }

    static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.Trim())
        {
            if (slug.Length == MaxIdLength)
                break;
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
                slug.Append(char.ToLowerInvariant(c));
            else if (c is ' ')
                slug.Append('-');
        }
        return slug.Length == 0 ? "section" : slug.ToString();
    }

    static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.';
}
