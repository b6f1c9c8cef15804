using System.Text.RegularExpressions;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Inspection;

/// <summary>The place where an installer puts a member of a wheel
/// (<see href="https://packaging.python.org/en/latest/specifications/binary-distribution-format/#the-data-directory">the
/// .data directory</see>).</summary>
/// <param name="Path">The path there, or empty for a member that no module or command comes from.</param>
/// <param name="IsCommand">Whether it is put beside the interpreter, and not into <c>site-packages</c>.</param>
readonly partial record struct InstalledPath(string Path, bool IsCommand)
{
    /// <summary>Whether it is put among the interpreter's own files: its standard library or its settings.</summary>
    public bool IsOfInterpreter { get; init; }

    static readonly InstalledPath _none = new("", IsCommand: false);
    static readonly string[] _sitePackages = ["site-packages/", "dist-packages/"];
    static readonly char[] _ignored = ['.', ' '];
    static readonly string[] _commands = ["bin/", "scripts/"];

    /// <summary>Returns the place of a member.</summary>
    public static InstalledPath Of(string member)
    {
        var path = MemberPath.Normalize(Clean(member));
        var top = MemberPath.Top(path);
        if (top.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase))
            return _none;
        if (!top.EndsWith(".data", StringComparison.OrdinalIgnoreCase) || top.Length == path.Length)
            return new InstalledPath(path, IsCommand: false);
        var below = path[(top.Length + 1)..];
        var scheme = MemberPath.Top(below);
        if (scheme.Length == below.Length)
            return _none;
        var rest = below[(scheme.Length + 1)..];
        return scheme.ToLowerInvariant() switch
        {
            "purelib" or "platlib" => new InstalledPath(rest, IsCommand: false),
            "scripts" => OfData($"bin/{rest}"),
            "data" => OfData(rest),
            _ => _none,
        };
    }

    /// <summary>
    /// Returns a name as Windows reads it, too: it has another separator, ignores dots and spaces at the end of a name,
    /// and what follows a colon names a stream of the file.
    /// </summary>
    public static string Clean(string member)
    {
        var path = member.Replace('\\', '/');
        return IgnoredByWindows.IsMatch(path) ? string.Join('/', path.Split('/').Select(CleanSegment)) : path;
    }

    /// <summary>Cleans one name. One of dots alone means a folder everywhere.</summary>
    static string CleanSegment(string name)
    {
        if (name.Trim(_ignored).Length == 0)
            return name;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return (colon > 0 ? name[..colon] : name).TrimEnd(_ignored);
    }

    /// <summary>Data are put below the environment, of which the other two places are a part.</summary>
    static InstalledPath OfData(string path)
    {
        foreach (var directory in _sitePackages)
        {
            var start = path.IndexOf(directory, StringComparison.OrdinalIgnoreCase);
            if (start >= 0)
                return new InstalledPath(path[(start + directory.Length)..], IsCommand: false);
        }
        if (Setting.IsMatch(path))
            return new InstalledPath(path, IsCommand: false) { IsOfInterpreter = true };
        foreach (var directory in _commands)
        {
            if (path.StartsWith(directory, StringComparison.OrdinalIgnoreCase))
                return new InstalledPath(path[directory.Length..], IsCommand: true);
        }
        if (StandardLibrary.Match(path) is { Success: true, Length: var length })
            return new InstalledPath(path[length..], IsCommand: false) { IsOfInterpreter = true };
        // On Windows, the environment itself is searched for modules and commands.
        return path.Contains('/', StringComparison.Ordinal) ? _none
            : new InstalledPath(path, IsCommand: path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Matches what the interpreter reads beside itself before all else, and the archive of its library.</summary>
    [GeneratedRegex(
        @"\A((bin|scripts)/)?(pyvenv\.cfg|[^/]*\._pth)\z|\A((bin|scripts|lib(32|64)?)/)?python[0-9]+t?\.zip\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    static partial Regex Setting { get; }

    [GeneratedRegex(@"[. ](/|\z)|:", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex IgnoredByWindows { get; }

    /// <summary>Matches the folder of the standard library, on Linux and on Windows.</summary>
    [GeneratedRegex(
        @"\A(lib(32|64)?/(python|pypy)[0-9.]+t?/|lib/(?=[^/]+\.pyc?\z))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    static partial Regex StandardLibrary { get; }
}
