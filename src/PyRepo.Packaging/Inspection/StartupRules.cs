using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Inspection;

/// <summary>
/// The files that Python's <c>site</c> runs at each start, because they lie in <c>site-packages</c>
/// (<see href="https://docs.python.org/3/library/site.html">site</see>,
/// <see href="https://peps.python.org/pep-0829/">PEP 829</see>): lines of a <c>.pth</c> that begin with <c>import</c>,
/// <c>.start</c> files, and the modules <c>sitecustomize</c> and <c>usercustomize</c>.
/// </summary>
static partial class StartupRules
{
    /// <summary>The bytes of a <c>.pth</c> that are looked at. A longer one counts as one that runs something.</summary>
    public const int MaxLength = 64 << 10;

    const string PathFile = ".pth", StartFile = ".start";

    static readonly string[] _modules = ["sitecustomize", "usercustomize"];

    /// <summary>The modules that the .pth files of virtualenv, uv, setuptools and editable installations import.</summary>
    static readonly string[] _imported = ["_virtualenv", "_distutils_hack"];

    const string Editable = "__editable__";

    /// <summary>The ends of lines, for <c>site</c> or one of its older versions.</summary>
    static readonly char[] _lineEnds =
        ['\r', '\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];

    /// <summary>Whether a file of <c>site-packages</c> is one whose content decides.</summary>
    public static bool IsPathFile(string path) =>
        !path.Contains('/', StringComparison.Ordinal) && path.EndsWith(PathFile, StringComparison.Ordinal);

    /// <summary>Whether a file of <c>site-packages</c> is run whatever it holds.</summary>
    public static bool IsAlwaysRun(string path, ProjectName project) =>
        (!path.Contains('/', StringComparison.Ordinal) && path.EndsWith(StartFile, StringComparison.Ordinal))
        || (ModuleName.Get(path) is { } module
            && (_modules.Contains(module) || module.StartsWith(Editable, StringComparison.Ordinal)
                || (_imported.Contains(module) && project.Value is not ("setuptools" or "virtualenv"))));

    /// <summary>Whether a file is run if a <c>.pth</c> names its folder.</summary>
    public static bool IsRunFromPath(string path) =>
        path.LastIndexOf('/') is >= 0 and var slash && _modules.Contains(ModuleName.Get(path[(slash + 1)..]));

    /// <summary>
    /// Whether a <c>.pth</c> runs something that is not known to be harmless: other than to join a namespace package, as
    /// setuptools wrote it for each, or what setuptools itself has.
    /// </summary>
    public static bool RunsCode(ReadOnlySpan<byte> content, ProjectName project)
    {
        // In whichever encoding site reads it, these letters are the same.
        var text = Encoding.Latin1.GetString(content);
        foreach (var line in text.Split(_lineEnds))
        {
            // A byte order mark is no part of the first line.
            var code = line.StartsWith("\xef\xbb\xbf", StringComparison.Ordinal) ? line[3..] : line;
            if (code.StartsWith("import ", StringComparison.Ordinal)
                || code.StartsWith("import\t", StringComparison.Ordinal))
            {
                if (!IsNamespacePackage(code) && !(project.Value == "setuptools" && Distutils.IsMatch(code)))
                    return true;
            }
        }
        // UTF-8's line ends beyond ASCII are not those of Latin-1.
        return text.Contains("\xe2\x80\xa8import", StringComparison.Ordinal)
            || text.Contains("\xe2\x80\xa9import", StringComparison.Ordinal)
            || text.Contains("\xc2\x85import", StringComparison.Ordinal);
    }

    /// <summary>
    /// Whether a line joins a namespace package, and nothing else: its folder and its module have one name, which is none
    /// of the standard library's.
    /// </summary>
    static bool IsNamespacePackage(string line)
    {
        if (NamespacePackage.Match(line) is not { Success: true } match)
            return false;
        var parts = match.Groups["part"].Captures.Select(part => part.Value).ToArray();
        var (module, parent) = (string.Join('.', parts), string.Join('.', parts[..^1]));
        return match.Groups["module"].Captures.All(each => each.Value == module || each.Value == parent)
            && !StandardModules.Names.Contains(parts[0]);
    }

    /// <summary>Matches the line that setuptools wrote for each namespace package until version 72.</summary>
    [GeneratedRegex(
        """\Aimport sys, ?types, ?os;(has_mfs = sys\.version_info > \(3, 5\);)?"""
        + """p = os\.path\.join\(sys\._getframe\(1\)\.f_locals\['sitedir'\], """
        + """\*\(('(?<part>\w+)', ?)+('(?<part>\w+)')?\)\);"""
        + """(ie = os\.path\.exists\(os\.path\.join\(p, ?'__init__\.py'\)\);"""
        + """m = not ie and sys\.modules\.setdefault\('(?<module>[\w.]+)', ?"""
        + """types\.ModuleType\('(?<module>[\w.]+)'\)\);"""
        + """|importlib = has_mfs and __import__\('importlib\.util'\);"""
        + """has_mfs and __import__\('importlib\.machinery'\);"""
        + """m = has_mfs and sys\.modules\.setdefault\('(?<module>[\w.]+)', importlib\.util\.module_from_spec\("""
        + """importlib\.machinery\.PathFinder\.find_spec\('(?<module>[\w.]+)', \[os\.path\.dirname\(p\)\]\)\)\);"""
        + """m = m or sys\.modules\.setdefault\('(?<module>[\w.]+)', types\.ModuleType\('(?<module>[\w.]+)'\)\);)"""
        + """mp = \(m or \[\]\) and m\.__dict__\.setdefault\('__path__', ?\[\]\);"""
        + """\(p not in mp\) and mp\.append\(p\)"""
        + """(;m and setattr\(sys\.modules\['(?<module>[\w.]+)'\], '\w+', m\))?[ \t]*\z""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex NamespacePackage { get; }

    [GeneratedRegex(
        """\Aimport os; var = 'SETUPTOOLS_USE_DISTUTILS'; """
        + """enabled = os\.environ\.get\(var, '(local|stdlib)'\) == 'local'; """
        + """enabled and __import__\('_distutils_hack'\)\.(add_shim\(\)|remove_shim\(\));[ \t]*\z""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex Distutils { get; }
}

/// <summary>The names of modules.</summary>
static class ModuleName
{
    /// <summary>
    /// Returns the module or package at the top level that a file of <c>site-packages</c> belongs to:
    /// <c>yaml</c> of <c>yaml/loader.py</c>, <c>_yaml</c> of <c>_yaml.cp312-win_amd64.pyd</c>; null if it is no module's.
    /// </summary>
    public static string? Get(string path)
    {
        var top = MemberPath.Top(path);
        // What is cached there for a module is run in its place.
        if (top == "__pycache__" && top.Length < path.Length)
            return Get($"{MemberPath.Top(path[(top.Length + 1)..]).Split('.')[0]}.py");
        var isFile = top.Length == path.Length;
        var dot = top.IndexOf('.', StringComparison.Ordinal);
        if (isFile && (dot < 0 || !IsModule(top[top.LastIndexOf('.')..])))
            return null;
        var name = isFile ? top[..dot] : top;
        return IsIdentifier(name) ? name : null;
    }

    static bool IsModule(string extension) => extension is ".py" or ".pyc" or ".pyw" or ".so" or ".pyd";

    static bool IsIdentifier(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && name.All(letter => letter == '_' || char.IsLetterOrDigit(letter));
}
