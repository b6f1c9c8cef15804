using System.Buffers;

namespace PyRepo.Packaging.Simple;

/// <summary>The link of a file: the URL without its fragment, and the fragment.</summary>
readonly record struct PageUrl(string Url, string Fragment)
{
    static readonly SearchValues<char> _schemeLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>The decoded last segment of the path; empty if the path ends with a slash.</summary>
    public string FileName
    {
        get
        {
            var path = Url.AsSpan();
            if (path.IndexOf('?') is >= 0 and var query)
                path = path[..query];
            return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        }
    }

    public static PageUrl Parse(string link)
    {
        var hash = link.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? new PageUrl(link, "") : new PageUrl(link[..hash], link[(hash + 1)..]);
    }

    /// <summary>Whether the link can lead to a file: it is an HTTP URL, or relative.</summary>
    public bool IsFetchable => HasScheme(Url, "https") || HasScheme(Url, "http") || !HasAnyScheme(Url);

    /// <summary>Adds the hashes in the fragment: <c>sha256=…</c>, also after an <c>&amp;</c>
    /// (<see href="https://peps.python.org/pep-0503/">PEP 503</see>).
    /// </summary>
    public FileHashes AddHashesTo(FileHashes hashes)
    {
        foreach (var range in Fragment.AsSpan().Split('&'))
        {
            var part = Fragment.AsSpan(range);
            var equals = part.IndexOf('=');
            if (equals > 0)
                hashes = hashes.With(part[..equals].ToString(), part[(equals + 1)..].ToString());
        }
        return hashes;
    }

    /// <summary>Makes the URL of a file absolute.</summary>
    public static PageFile Resolve(PageFile file, Uri baseUrl) =>
        HasAnyScheme(file.Url) ? file : file with { Url = Resolve(file.Url, baseUrl) };

    /// <summary>Makes a URL absolute. Returns the same string if it already is.</summary>
    /// <exception cref="PageFormatException">The base is too long.</exception>
    public static string Resolve(string url, Uri baseUrl)
    {
        if (HasAnyScheme(url))
            return url;
        if (baseUrl.AbsoluteUri.Length - baseUrl.Query.Length - baseUrl.Fragment.Length > PageLimits.MaxBaseUrlLength)
        {
            throw new PageFormatException(
                $"Its links are relative to a URL of more than {PageLimits.MaxBaseUrlLength} characters.");
        }
        return Uri.TryCreate(baseUrl, url, out var absolute) ? absolute.AbsoluteUri : url;
    }

    static bool HasScheme(string url, string scheme) =>
        url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && url.AsSpan(scheme.Length).StartsWith(":");

    static bool HasAnyScheme(string url)
    {
        var colon = url.AsSpan().IndexOfAny(":/?");
        return colon > 0 && url[colon] == ':' && url.AsSpan(0, colon).IndexOfAnyExcept(_schemeLetters) < 0;
    }
}
