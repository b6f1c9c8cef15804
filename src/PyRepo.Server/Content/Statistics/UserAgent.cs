using System.Text;
using System.Text.Json;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// Reads the installer and the version of Python from a User-Agent
/// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5">RFC 9110, section 10.1.5</see>).
/// </summary>
/// <remarks>
/// pip, uv and hatch send <c>pip/24.0 {json}</c>, which
/// <see href="https://github.com/pypi/linehaul-cloud-function">linehaul</see> reads on PyPI. poetry, pdm and twine send
/// products such as <c>CPython/3.11.4</c>.
/// </remarks>
static class UserAgent
{
    const string PythonProduct = "Python/";
    const string UrllibProduct = "Python-urllib/";

    /// <summary>The text with which a group's server describes its client to a member's server.</summary>
    const string ForwardedPython = "; python ";

    /// <summary>Parses a User-Agent. It may be anything at all.</summary>
    public static DownloadClient Parse(ReadOnlySpan<char> text)
    {
        var product = text[..(text.IndexOfAny('/', ' ') is >= 0 and var end ? end : text.Length)];
        var installer = Installers.OfProduct(product);
        if (installer == Installers.PyRepo && ForwardedIn(text) is { } client)
            return client;
        var python = text.IndexOf('{') is >= 0 and var json ? PythonInJson(text[json..]) : PythonInProducts(text);
        return new DownloadClient(installer, python);
    }

    /// <summary>Returns the comment in which a group's server tells a member's server about a client.</summary>
    public static string GetComment(DownloadClient client) =>
        client.Python is null ? $"({client.Installer})" : $"({client.Installer}{ForwardedPython}{client.Python})";

    static DownloadClient? ForwardedIn(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('(') is not (>= 0 and var begin) || text[^1] != ')')
            return null;
        var comment = text[(begin + 1)..^1];
        var at = comment.IndexOf(ForwardedPython, StringComparison.Ordinal);
        var name = (at < 0 ? comment : comment[..at]).ToString();
        var python = at < 0 ? default : comment[(at + ForwardedPython.Length)..];
        return Installers.IsName(name) ? new DownloadClient(name, MinorVersion(python)) : null;
    }

    static string? PythonInProducts(ReadOnlySpan<char> text)
    {
        foreach (var product in (ReadOnlySpan<string>)[PythonProduct, UrllibProduct])
        {
            if (text.IndexOf(product, StringComparison.Ordinal) is >= 0 and var at)
                return MinorVersion(text[(at + product.Length)..]);
        }
        return null;
    }

    /// <summary>Reads <c>python</c> of the outermost object, which may be cut off after it.</summary>
    static string? PythonInJson(ReadOnlySpan<char> json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json.ToString()), isFinalBlock: false, state: default);
        try
        {
            while (reader.Read() && (reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.StartObject))
            {
                if (reader.CurrentDepth != 1 || reader.TokenType is not JsonTokenType.PropertyName
                    || !reader.ValueTextEquals("python"u8))
                {
                    continue;
                }
                return reader.Read() && reader.TokenType is JsonTokenType.String
                    ? MinorVersion(reader.GetString())
                    : null;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // It is not JSON, or the string in it is not text.
        }
        return null;
    }

    /// <summary>Returns <c>3.11</c> for <c>3.11.4</c>, and null for what is no version of Python.</summary>
    static string? MinorVersion(ReadOnlySpan<char> version)
    {
        if (version is not ['2' or '3', '.', var first and >= '0' and <= '9', .. var rest])
            return null;
        var second = rest is [>= '0' and <= '9', ..] ? rest[0] : (char?)null;
        if (second is not null)
            rest = rest[1..];
        // 3.100 would be another version than 3.10, and there is no 3.05.
        if (rest is [>= '0' and <= '9', ..] || (second is not null && first == '0'))
            return null;
        return version[0] == '3' ? $"3.{first}{second}" : first == '7' && second is null ? "2.7" : null;
    }
}
