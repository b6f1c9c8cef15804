namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// A second path of a proxy's file: <c>files/</c>, and the host and the path of the file's URL at upstream. In a lock
/// file one prefix makes the difference between upstream, a proxy and another proxy.
/// </summary>
static class FileAlias
{
    /// <summary>The folder of all such paths, relative to a repository's base path.</summary>
    public const string Folder = "files/";

    /// <summary>
    /// Returns host and path of a file at upstream, as clients write them: its page's text, with the host in lowercase
    /// and without the usual port.
    /// </summary>
    /// <returns>
    /// Null if no path can stand for the URL: it does not end with the file's name, has the credentials of somebody, or
    /// means another path than it says. A query is left out; it may be somebody's signature.
    /// </returns>
    public static string? Find(Distribution file)
    {
        if (file.UpstreamUrl is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            || parsed.UserInfo.Length > 0 || !url.AsSpan(parsed.Scheme.Length).StartsWith("://"))
        {
            return null;
        }
        var host = parsed.Scheme.Length + "://".Length;
        var path = host + url.AsSpan(host).IndexOfAny("/?#\\");
        if (path < host || url[path] != '/')
            return null;
        var query = url.AsSpan(path).IndexOfAny('?', '#');
        var text = query < 0 ? url[path..] : url[path..(path + query)];
        var segments = Decode(text).Split('/');
        // Clients leave tabs and ends of lines out, and what is left may be two dots.
        if (segments[^1] != file.Name.FileName || text.Contains('\\') || text.Any(char.IsControl)
            || segments.Any(segment => segment is "." or ".."))
        {
            return null;
        }
        var name = parsed.HostNameType is UriHostNameType.IPv6 ? parsed.Host : parsed.IdnHost;
        return parsed.IsDefaultPort ? name + text : $"{name}:{parsed.Port}{text}";
    }

    /// <summary>Whether a file has the host and the path of a request, which are decoded.</summary>
    public static bool IsOf(Distribution file, string requested) =>
        Find(file) is { } alias && string.Equals(Decode(alias), Normalize(requested), StringComparison.Ordinal);

    /// <summary>Returns the URL of a file below a folder of such paths.</summary>
    /// <param name="folder">The folder's URL, with a slash at the end.</param>
    /// <param name="requested">The host and the path of a request, which are decoded.</param>
    public static Uri GetUrl(Uri folder, string requested) =>
        new(folder.AbsoluteUri + string.Join('/', requested.Split('/').Select(Uri.EscapeDataString)));

    static string Normalize(string requested)
    {
        var path = requested.IndexOf('/', StringComparison.Ordinal);
        return path < 0 ? requested
            : requested[..path].ToLowerInvariant() + requested[path..].Replace("%2f", "%2F", StringComparison.Ordinal);
    }

    /// <summary>Decodes a path as the web server does, which leaves an encoded slash as it is.</summary>
    static string Decode(string path) => string.Join(
        "%2F", path.Replace("%2f", "%2F", StringComparison.Ordinal).Split("%2F").Select(Uri.UnescapeDataString));
}
