using System.Buffers;

namespace PyRepo.Packaging.Simple;

/// <summary>A file's link taken apart: the URL without its fragment, and the fragment.</summary>
readonly record struct PageUrl(string Url, string Fragment)
{
    static readonly SearchValues<char> _schemeLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>The last segment of the path, decoded; empty where the path ends with a slash.</summary>
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

    /// <summary>Whether it may lead to a file: over HTTP, or relative.</summary>
    public bool IsFetchable => HasScheme(Url, "https") || HasScheme(Url, "http") || !HasAnyScheme(Url);

    /// <summary>Hashes and those that the fragment names (PEP 503): <c>sha256=…</c>, also after an <c>&amp;</c>.
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

    /// <summary>A file whose relative URL is made absolute.</summary>
    public static PageFile Resolve(PageFile file, Uri baseUrl) =>
        HasAnyScheme(file.Url) ? file : file with { Url = Resolve(file.Url, baseUrl) };

    /// <summary>A URL made absolute; the text itself where it is so already.</summary>
    public static string Resolve(string url, Uri baseUrl) =>
        !HasAnyScheme(url) && Uri.TryCreate(baseUrl, url, out var absolute) ? absolute.AbsoluteUri : url;

    static bool HasScheme(string url, string scheme) =>
        url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && url.AsSpan(scheme.Length).StartsWith(":");

    static bool HasAnyScheme(string url)
    {
        var colon = url.AsSpan().IndexOfAny(":/?");
        return colon > 0 && url[colon] == ':' && url.AsSpan(0, colon).IndexOfAnyExcept(_schemeLetters) < 0;
    }
}
