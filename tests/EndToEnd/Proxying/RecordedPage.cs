using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EndToEnd.Proxying;

/// <summary>A recorded page, read in the plainest way there is.</summary>
public sealed partial record RecordedPage(string Text, IReadOnlyDictionary<string, RecordedFile> Files)
{
    /// <summary>Reads a page in HTML.</summary>
    public static RecordedPage OfHtml(string text)
    {
        var files = new Dictionary<string, RecordedFile>(StringComparer.Ordinal);
        foreach (Match link in Link().Matches(text))
        {
            string? Attribute(string name) =>
                Regex.Match(link.Value, $"\\s{name}=\"([^\"]*)\"") is { Success: true } found
                    ? WebUtility.HtmlDecode(found.Groups[1].Value)
                    : null;
            var hash = Attribute("href")!.Split("#sha256=");
            files.TryAdd(WebUtility.HtmlDecode(link.Groups[1].Value).Trim(), new RecordedFile(
                hash.Length > 1 ? hash[1] : null, Attribute("data-requires-python"), Attribute("data-yanked"), null,
                null));
        }
        return new RecordedPage(text, files);
    }

    /// <summary>Reads a page in JSON.</summary>
    public static RecordedPage OfJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        var files = new Dictionary<string, RecordedFile>(StringComparer.Ordinal);
        foreach (var file in document.RootElement.GetProperty("files").EnumerateArray())
            files.TryAdd(file.GetProperty("filename").GetString()!, RecordedFile.From(file));
        return new RecordedPage(text, files);
    }

    [GeneratedRegex("<a\\s[^>]*>([^<]*)</a>", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
