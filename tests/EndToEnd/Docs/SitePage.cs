using System.Net;
using System.Text.RegularExpressions;

namespace EndToEnd.Docs;

/// <summary>A page of the built site.</summary>
/// <param name="Path">Its path in the site.</param>
/// <param name="Html">All of it.</param>
/// <param name="Ids">What a link can lead to on it.</param>
/// <param name="Links">Where its links, scripts and pictures lead.</param>
public sealed partial record SitePage(
    string Path, string Html, IReadOnlySet<string> Ids, IReadOnlyList<string> Links)
{
    /// <summary>Reads a page.</summary>
    public static SitePage Read(string folder, string path)
    {
        var html = File.ReadAllText(System.IO.Path.Combine(folder, path));
        var attributes = Tag().Matches(html).SelectMany(tag => Attribute().Matches(tag.Value))
            .ToLookup(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
        return new(path, html, attributes["id"].ToHashSet(), [.. attributes["href"], .. attributes["src"]]);
    }

    [GeneratedRegex("<[a-z][^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex("\\s(id|href|src)=\"([^\"]*)\"")]
    private static partial Regex Attribute();
}
