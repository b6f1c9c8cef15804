using System.Net;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads the attributes of a tag: quoted, unquoted or without a value. The first attribute of a name
/// counts.</summary>
static class HtmlAttributes
{
    const string WhiteSpace = " \t\r\n\f";

    public static Dictionary<string, string> Read(ReadOnlySpan<char> tag)
    {
        var attributes = new Dictionary<string, string>(8, StringComparer.Ordinal);
        while (true)
        {
            tag = tag.TrimStart(" \t\r\n\f/");
            if (tag.IsEmpty)
                return attributes;
            var nameLength = 1 + IndexOrLength(tag[1..], " \t\r\n\f/=");
            var name = tag[..nameLength].ToString().ToLowerInvariant();
            tag = tag[nameLength..].TrimStart(WhiteSpace);
            var value = "";
            if (tag.StartsWith("="))
            {
                tag = tag[1..].TrimStart(WhiteSpace);
                value = ReadValue(ref tag);
            }
            attributes.TryAdd(name, value);
        }
    }

    static string ReadValue(ref ReadOnlySpan<char> tag)
    {
        if (tag.IsEmpty)
            return "";
        ReadOnlySpan<char> value;
        if (tag[0] is '"' or '\'')
        {
            var length = IndexOrLength(tag[1..], tag[..1]);
            value = tag.Slice(1, length);
            tag = tag[Math.Min(tag.Length, length + 2)..];
        }
        else
        {
            value = tag[..IndexOrLength(tag, WhiteSpace)];
            tag = tag[value.Length..];
        }
        var text = value.ToString();
        return text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text;
    }

    static int IndexOrLength(ReadOnlySpan<char> text, ReadOnlySpan<char> any)
    {
        var index = text.IndexOfAny(any);
        return index < 0 ? text.Length : index;
    }
}
