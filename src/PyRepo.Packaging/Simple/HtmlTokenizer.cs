using System.Buffers;
using System.Net;

namespace PyRepo.Packaging.Simple;

/// <summary>Splits HTML into tokens, as far as index pages need it. Invalid markup becomes text and never
/// throws.</summary>
static class HtmlTokenizer
{
    static readonly SearchValues<char> _nameEnds = SearchValues.Create(" \t\r\n\f/");

    /// <summary>Elements whose content is plain text up to their end tag.</summary>
    static readonly string[] _rawElements = ["script", "style", "title", "textarea"];

    /// <summary>Reads the token at the start of <paramref name="html"/>. Returns null if it is incomplete and more may
    /// follow. At the end (<paramref name="isFinal"/>), an open tag counts as text, and an open comment as a
    /// comment.</summary>
    /// <param name="html">The rest of the page.</param>
    /// <param name="rawElement">The enclosing element with plain text content, or null.</param>
    /// <param name="isFinal">Whether nothing follows.</param>
    /// <param name="length">The length of the token in characters.</param>
    public static HtmlToken? Read(ReadOnlySpan<char> html, string? rawElement, bool isFinal, out int length)
    {
        length = 0;
        if (html.IsEmpty)
            return null;
        if (rawElement is not null && !IsEndTagOf(html, rawElement))
            return ReadText(html, $"</{rawElement}", isFinal, out length);
        if (html[0] != '<')
            return ReadText(html, "<", isFinal, out length);
        if (html.Length < 4 && !isFinal)
            return null;
        if (html.StartsWith("<!--"))
            return ReadComment(html, isFinal, out length);
        if (StartsTag(html[1..]) || (html.StartsWith("</") && StartsTag(html[2..])))
            return ReadTag(html, isFinal, out length);
        if (html.StartsWith("</>"))
        {
            length = 3;
            return new HtmlToken(HtmlTokenKind.Text, "");
        }
        if (html.Length > 2 ? html[1] is '!' or '?' or '/' : html is "<!" or "<?")
            return ReadBogusComment(html, isFinal, out length);
        length = html is "</" ? 2 : 1;
        return new HtmlToken(HtmlTokenKind.Text, html[..length].ToString());
    }

    /// <summary>Returns the element with plain text content that a token opens, or null.</summary>
    public static string? GetRawElement(HtmlToken token) =>
        token.Kind == HtmlTokenKind.StartTag ? Array.Find(_rawElements, element => element == token.Text) : null;

    static bool IsEndTagOf(ReadOnlySpan<char> html, string element) =>
        html.StartsWith("</") && html[2..].StartsWith(element, StringComparison.OrdinalIgnoreCase);

    static HtmlToken? ReadText(ReadOnlySpan<char> html, string until, bool isFinal, out int length)
    {
        length = html.IndexOf(until, StringComparison.OrdinalIgnoreCase);
        if (length < 0 && !isFinal)
            return null;
        length = length < 0 ? html.Length : length;
        return length == 0 ? null : new HtmlToken(HtmlTokenKind.Text, WebUtility.HtmlDecode(html[..length].ToString()));
    }

    static bool StartsTag(ReadOnlySpan<char> html) => !html.IsEmpty && char.IsAsciiLetter(html[0]);

    /// <summary>Reads a comment, which ends with <c>--&gt;</c> or <c>--!&gt;</c>, or immediately: <c>&lt;!--&gt;</c>
    /// and <c>&lt;!---&gt;</c> are complete.</summary>
    static HtmlToken? ReadComment(ReadOnlySpan<char> html, bool isFinal, out int length)
    {
        const int start = 4;
        var end = EndOfComment(html, out var endLength);
        if (end < 0)
        {
            length = isFinal ? html.Length : 0;
            return isFinal ? new HtmlToken(HtmlTokenKind.Comment, Unfinished(html[start..]).ToString()) : null;
        }
        length = end + endLength;
        return new HtmlToken(HtmlTokenKind.Comment, html[start..Math.Max(start, end)].ToString());
    }

    /// <summary>Returns the position of what ends a comment, or -1. What follows the comment is not searched.</summary>
    static int EndOfComment(ReadOnlySpan<char> html, out int length)
    {
        length = 0;
        for (var end = 2; html[end..].IndexOf("--") is >= 0 and var next; end++)
        {
            end += next;
            var rest = html[(end + 2)..];
            length = rest.StartsWith(">") ? 3 : end >= 4 && rest.StartsWith("!>") ? 4 : 0;
            if (length > 0)
                return end;
        }
        return -1;
    }

    /// <summary>Removes what would have begun the end of a comment.</summary>
    static ReadOnlySpan<char> Unfinished(ReadOnlySpan<char> comment)
    {
        foreach (var end in (ReadOnlySpan<string>)["--!", "--", "-"])
        {
            if (comment.EndsWith(end))
                return comment[..^end.Length];
        }
        return comment;
    }

    /// <summary>Reads a declaration, an instruction or a broken end tag, up to the next bracket.</summary>
    static HtmlToken? ReadBogusComment(ReadOnlySpan<char> html, bool isFinal, out int length)
    {
        var start = html[1] == '?' ? 1 : 2;
        var end = html.IndexOf('>');
        length = end >= 0 ? end + 1 : isFinal ? html.Length : 0;
        return length == 0
            ? null
            : new HtmlToken(HtmlTokenKind.Comment, html[start..(end < 0 ? html.Length : end)].ToString());
    }

    static HtmlToken? ReadTag(ReadOnlySpan<char> html, bool isFinal, out int length)
    {
        length = 0;
        var end = EndOfTag(html);
        if (end < 0)
        {
            length = isFinal ? html.Length : 0;
            return isFinal ? new HtmlToken(HtmlTokenKind.Text, "") : null;
        }
        length = end + 1;
        var isEnd = html[1] == '/';
        var inner = html[(isEnd ? 2 : 1)..end];
        var nameLength = inner.IndexOfAny(_nameEnds);
        var name = (nameLength < 0 ? inner : inner[..nameLength]).ToString().ToLowerInvariant();
        if (isEnd)
            return new HtmlToken(HtmlTokenKind.EndTag, name);
        return new HtmlToken(HtmlTokenKind.StartTag, name, HtmlAttributes.Read(inner[name.Length..]));
    }

    /// <summary>Returns the position of the <c>&gt;</c> that ends a tag, ignoring those in quoted values.</summary>
    static int EndOfTag(ReadOnlySpan<char> html)
    {
        var quote = '\0';
        var afterEquals = false;
        for (var i = 1; i < html.Length; i++)
        {
            var letter = html[i];
            if (quote != '\0')
                quote = letter == quote ? '\0' : quote;
            else if (letter == '>')
                return i;
            else if (letter is '"' or '\'' && afterEquals)
                quote = letter;
            if (!char.IsWhiteSpace(letter))
                afterEquals = letter == '=' && quote == '\0';
        }
        return -1;
    }
}
