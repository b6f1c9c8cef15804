namespace PyRepo.Packaging.Metadata;

/// <summary>The paths of archive members.</summary>
static class MemberPath
{
    /// <exception cref="ArchiveException">The member would be extracted outside the target folder.</exception>
    public static void Check(string path)
    {
        var isOutside = path.Length == 0
            || path[0] == '/'
            || path.AsSpan().ContainsAny('\\', '\0')
            || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]))
            || HasParent(path);
        if (isOutside)
            throw new ArchiveException($"The member \"{Escape(path)}\" would be unpacked outside its folder.");
    }

    /// <summary>Removes leading <c>./</c>.</summary>
    public static string Trim(string path)
    {
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path[2..];
        return path;
    }

    /// <summary>Returns the first segment of the path.</summary>
    public static string Top(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? path : path[..slash];
    }

    /// <summary>Removes empty and <c>.</c> segments, as a file system does.</summary>
    public static string Normalize(string path) =>
        string.Join('/', path.Split('/').Where(segment => segment is not ("" or ".")));

    /// <summary>Whether the path is a file with this name directly below a top-level directory.</summary>
    public static bool IsBelowTop(string path, string name) =>
        path.Length == Top(path).Length + 1 + name.Length && path.EndsWith("/" + name, StringComparison.Ordinal);

    static bool HasParent(ReadOnlySpan<char> path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (path[segment] is "..")
                return true;
        }
        return false;
    }

    static string Escape(string path) => path.Replace("\0", "\\0", StringComparison.Ordinal);
}
