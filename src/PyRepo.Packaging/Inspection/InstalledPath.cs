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
            "scripts" => new InstalledPath(rest, IsCommand: true),
            "data" => OfData(rest),
            _ => _none,
        };
    }

    /// <summary>Returns a name as Python's <c>zipfile</c> reads it: it ends at a NUL, and Windows has another separator.
    /// </summary>
    public static string Clean(string member)
    {
        var nul = member.IndexOf('\0', StringComparison.Ordinal);
        return (nul < 0 ? member : member[..nul]).Replace('\\', '/');
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
        foreach (var directory in _commands)
        {
            if (path.StartsWith(directory, StringComparison.OrdinalIgnoreCase))
                return new InstalledPath(path[directory.Length..], IsCommand: true);
        }
        if (StandardLibrary.Match(path) is { Success: true, Length: var length })
            return new InstalledPath(path[length..], IsCommand: false) { IsOfInterpreter = true };
        // On Windows, the environment itself is searched for modules and commands.
        return path.Contains('/', StringComparison.Ordinal) ? _none
            : path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? new InstalledPath(path, IsCommand: true)
            : new InstalledPath(path, IsCommand: false)
            {
                IsOfInterpreter = path.EndsWith("._pth", StringComparison.OrdinalIgnoreCase)
                    || path.Equals("pyvenv.cfg", StringComparison.OrdinalIgnoreCase),
            };
    }

    /// <summary>Matches the folder of the standard library, on Linux and on Windows.</summary>
    [GeneratedRegex(
        @"\A(lib(32|64)?/(python|pypy)[0-9.]+t?/|lib/(?=[^/]+\.pyc?\z))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    static partial Regex StandardLibrary { get; }
}
