using System.Collections.Concurrent;
using Microsoft.Net.Http.Headers;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>
/// Selects the format of a response (<see href="https://peps.python.org/pep-0691/#version-format-selection">PEP
/// 691</see>).
/// </summary>
static class Negotiation
{
    /// <summary>How many headers are remembered: each client sends its own, and always the same.</summary>
    const int MaxRemembered = 256;

    /// <summary>The longest header that is remembered.</summary>
    const int MaxRememberedLength = 512;

    static readonly ConcurrentDictionary<string, PageFormat> _formats = new(StringComparer.Ordinal);
    static readonly ConcurrentDictionary<string, bool> _gzip = new(StringComparer.Ordinal);

    /// <summary>Returns the format that <c>?format=</c> names, or None if the name is unknown.</summary>
    public static PageFormat OfName(string name) => name.ToLowerInvariant() switch
    {
        "text/html" => PageFormat.TextHtml,
        "application/vnd.pypi.simple.v1+html" or "application/vnd.pypi.simple.latest+html" => PageFormat.Html,
        "application/vnd.pypi.simple.v1+json" or "application/vnd.pypi.simple.latest+json" => PageFormat.Json,
        _ => PageFormat.None,
    };

    /// <summary>
    /// Returns the format for an Accept header. A client gets JSON only if it names JSON and prefers it at least as
    /// much as HTML: hatch, pipenv and curl send <c>*/*</c>, and expect HTML.
    /// </summary>
    public static PageFormat OfAccept(string accept) => GetOrAdd(_formats, accept, Choose);

    /// <summary>Returns whether a client accepts gzip.</summary>
    public static bool AcceptsGzip(string acceptEncoding) => GetOrAdd(_gzip, acceptEncoding, NamesGzip);

    static T GetOrAdd<T>(ConcurrentDictionary<string, T> remembered, string header, Func<string, T> parse)
    {
        if (remembered.TryGetValue(header, out var known))
            return known;
        var parsed = parse(header);
        if (remembered.Count < MaxRemembered && header.Length <= MaxRememberedLength)
            remembered.TryAdd(header, parsed);
        return parsed;
    }

    static PageFormat Choose(string accept)
    {
        if (accept.Length == 0 || !MediaTypeHeaderValue.TryParseList(accept.Split(','), out var ranges))
            return PageFormat.TextHtml;
        var json = Quality(ranges, PageFormat.Json, out var jsonNamed);
        var html = Quality(ranges, PageFormat.Html, out var htmlNamed);
        var text = Quality(ranges, PageFormat.TextHtml, out _);
        if (jsonNamed && json > 0 && json >= Math.Max(html, text))
            return PageFormat.Json;
        if (htmlNamed && html > 0 && html >= text)
            return PageFormat.Html;
        if (text > 0)
            return PageFormat.TextHtml;
        return html > 0 ? PageFormat.Html : json > 0 ? PageFormat.Json : PageFormat.None;
    }

    /// <summary>
    /// Returns the quality that the most specific range gives a format
    /// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1">RFC 9110, section 12.5.1</see>).
    /// </summary>
    static double Quality(IList<MediaTypeHeaderValue> ranges, PageFormat format, out bool named)
    {
        var (best, specificity) = (0.0, -1);
        foreach (var range in ranges)
        {
            var type = range.MediaType.ToString();
            var fits = OfName(type) == format ? 2
                : type == "*/*" ? 0
                : range.MatchesAllSubTypes && range.Type.Equals(
                    format is PageFormat.TextHtml ? "text" : "application", StringComparison.OrdinalIgnoreCase) ? 1
                : -1;
            if (fits <= specificity && !(fits == specificity && (range.Quality ?? 1) > best))
                continue;
            (best, specificity) = (range.Quality ?? 1, fits);
        }
        named = specificity == 2;
        return specificity < 0 ? 0 : best;
    }

    static bool NamesGzip(string acceptEncoding)
    {
        if (!acceptEncoding.Contains("gzip", StringComparison.OrdinalIgnoreCase))
            return false;
        return !StringWithQualityHeaderValue.TryParseList(acceptEncoding.Split(','), out var codings)
            || codings.Any(c => c.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && c.Quality is null or > 0);
    }
}

/// <summary>The formats of a Simple API response.</summary>
enum PageFormat
{
    /// <summary>No format that the client accepts.</summary>
    None,

    /// <summary><c>text/html</c>.</summary>
    TextHtml,

    /// <summary><c>application/vnd.pypi.simple.v1+html</c>.</summary>
    Html,

    /// <summary><c>application/vnd.pypi.simple.v1+json</c>.</summary>
    Json,
}
