using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Simple;

/// <summary>
/// A link of a list to the page of a project: the name, below a folder that is called as the list's. An index behind a
/// web server may write another host, or another path above.
/// </summary>
static class ProjectLink
{
    const string IndexFile = "/index.html";

    /// <summary>Whether a link leads to the page of the project that its text names.</summary>
    /// <param name="link">The link.</param>
    /// <param name="text">Its text, which a listing of a folder may cut off.</param>
    /// <param name="baseOfPage">What it is relative to, if the list says so.</param>
    /// <param name="list">The list's URL.</param>
    public static bool Leads(string link, string text, Uri? baseOfPage, Uri list)
    {
        if (!Uri.TryCreate(baseOfPage ?? list, link, out var url) || !url.Scheme.StartsWith("http", StringComparison.Ordinal))
            return false;
        var path = PathOf(url).Split('/');
        return path.Length > 1 && path[^2] == PathOf(list).Split('/')[^1]
            && Uri.UnescapeDataString(path[^1]) is var name && ProjectName.IsValid(name) && Names(text, name);
    }

    static bool Names(string text, string name)
    {
        if (ProjectName.Normalize(text.TrimEnd('/')) == ProjectName.Normalize(name))
            return true;
        var beginning = text.TrimEnd('.', '>');
        return 0 < beginning.Length && beginning.Length < text.Length
            && name.StartsWith(beginning, StringComparison.Ordinal);
    }

    static string PathOf(Uri url)
    {
        var path = url.AbsolutePath;
        return (path.EndsWith(IndexFile, StringComparison.Ordinal) ? path[..^IndexFile.Length] : path).TrimEnd('/');
    }
}
