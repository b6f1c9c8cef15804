using System.Globalization;
using System.Text;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>Makes untrusted HTML safe: it decides what becomes of each tag, and <see cref="SafeHtmlWriter"/> can write
/// nothing else than what is safe.</summary>
sealed class SafeHtml
{
    readonly SafeHtmlWriter _writer = new();
    readonly Fragments _fragments;
    readonly StringBuilder _code = new();
    string? _language;
    int _headings;

    SafeHtml(Fragments fragments) => _fragments = fragments;

    /// <summary>Returns the safe part of any HTML. Of what is not allowed, the text remains.</summary>
    /// <exception cref="TooCostlyException">The budget is spent.</exception>
    public static string Sanitize(string html, WorkBudget budget)
    {
        var safe = new SafeHtml(Fragments.From(HtmlTokens.Read(html, budget)));
        foreach (var token in HtmlTokens.Read(html, budget))
            safe.Add(token);
        safe.EndCode();
        return safe._writer.Finish();
    }

    void Add(HtmlToken token)
    {
        if (token.Type is HtmlTokenType.Character && _language is not null)
        {
            _code.Append(token.Data);
            return;
        }
        EndCode();
        if (token.Type is HtmlTokenType.Character)
            _writer.Text(token.Data);
        else if (token.Type is HtmlTokenType.EndTag)
            _writer.End(SafeElement.NameFor(token.Name));
        else if (token.Name is "img")
            AddImage(token.AsTag());
        else if (token.Name is "input")
            AddCheckbox(token.AsTag());
        else if (token.Name is "a")
            AddLink(token.AsTag());
        else
            AddElement(token.AsTag());
        _language = token.Type is HtmlTokenType.StartTag && token.Name is "code" ? GetLanguage(token.AsTag()) : null;
    }

    /// <summary>Writes the code that was collected. It ends at any tag: what has tags in it has no colors.</summary>
    void EndCode()
    {
        if (_code.Length > 0)
            _writer.Code(_code.ToString(), _language);
        _code.Clear();
    }

    /// <summary>The language of a block of code, as Markdig writes it.</summary>
    static string? GetLanguage(HtmlTagToken tag) =>
        tag.GetAttribute("class") is { Length: <= 40 } name
            && name.StartsWith("language-", StringComparison.Ordinal) ? name["language-".Length..] : null;

    void AddElement(HtmlTagToken tag)
    {
        // Each heading has an id, so this counts those that are not written, too.
        var slug = SafeElement.IsHeading(tag.Name) ? _fragments.Headings[_headings++] : null;
        _writer.Start(SafeElement.NameFor(tag.Name), new()
        {
            Id = slug ?? Fragments.GetId(tag),
            Alignment = GetAlignment(tag),
            Start = tag.Name is "ol" ? Number(tag.GetAttribute("start")) : null,
        });
    }

    void AddLink(HtmlTagToken tag)
    {
        var href = tag.GetAttribute("href") ?? "";
        var attributes = new SafeAttributes
        {
            Id = Fragments.GetId(tag),
            Fragment = _fragments.Find(href.Trim()),
            Address = SafeLink.External(href),
        };
        // A link to this server's own pages would only look like one of the project's.
        if (attributes is { Id: null, Fragment: null, Address: null })
            _writer.End("a");
        else
            _writer.Start("a", attributes);
    }

    /// <summary>A page loads nothing from elsewhere, so an image is a link to it.</summary>
    void AddImage(HtmlTagToken tag)
    {
        var address = SafeLink.OfImage(tag.GetAttribute("src"));
        var text = tag.GetAttribute("alt")?.Trim() is { Length: > 0 } alt ? alt : "image";
        if (_writer.IsInLink)
        {
            _writer.Text(text);
        }
        else if (address is not null)
        {
            _writer.Start("a", new() { Address = address });
            _writer.Text(text);
            _writer.End("a");
        }
        else
        {
            _writer.Text(tag.GetAttribute("alt") ?? "");
        }
    }

    void AddCheckbox(HtmlTagToken tag)
    {
        if (tag.GetAttribute("type") is "checkbox")
            _writer.Text(tag.Attributes.Any(a => a.Name == "checked") ? "☑" : "☐");
    }

    static Alignment GetAlignment(HtmlTagToken tag)
    {
        var align = tag.Name is "center" ? "center" : tag.GetAttribute("align");
        // Markdig aligns the cells of a table so.
        var style = tag.GetAttribute("style");
        if (style is "text-align: center;" || "center".Equals(align, StringComparison.OrdinalIgnoreCase))
            return Alignment.Center;
        return style is "text-align: right;" || "right".Equals(align, StringComparison.OrdinalIgnoreCase)
            ? Alignment.Right
            : Alignment.None;
    }

    static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
