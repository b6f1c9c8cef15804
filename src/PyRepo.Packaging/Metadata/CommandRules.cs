using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Metadata;

/// <summary>Rejects an uploaded wheel that installs a command in place of an interpreter or pip: whoever types
/// <c>python</c> next would run it. A project may have the commands of its own name, as <c>pip</c> has
/// <c>pip3</c>: who installs it has asked for them.</summary>
static partial class CommandRules
{
    const string DataDirectory = ".data";

    /// <summary>The sections of entry_points.txt that become commands
    /// (<see href="https://packaging.python.org/en/latest/specifications/entry-points/#use-for-scripts">entry
    /// points</see>).</summary>
    static readonly string[] _sections = ["console_scripts", "gui_scripts"];

    /// <summary>The directories below a wheel's <c>.data</c> whose files end up beside the interpreter.</summary>
    static readonly string[] _directories = ["scripts", "data/bin", "data/scripts"];

    /// <summary>The characters that some reader of entry_points.txt takes for the end of a line.</summary>
    static readonly char[] _lineEnds =
        ['\r', '\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];

    /// <summary>The characters that Python strips from the ends of a line, some of which .NET does not.</summary>
    static readonly char[] _blanks =
    [
        ' ', '\t', '\x1c', '\x1d', '\x1e', '\x1f', '\x85', '\xa0', '\u1680', '\u2000', '\u2001', '\u2002', '\u2003',
        '\u2004', '\u2005', '\u2006', '\u2007', '\u2008', '\u2009', '\u200a', '\u202f', '\u205f', '\u3000',
    ];

    /// <exception cref="ArchiveException">The file is such a command.</exception>
    public static void CheckFile(ZipEntry entry, ProjectName project)
    {
        var top = MemberPath.Top(entry.Name);
        if (entry.IsDirectory || !top.EndsWith(DataDirectory, StringComparison.OrdinalIgnoreCase))
            return;
        var slash = entry.Name.LastIndexOf('/');
        if (slash <= top.Length)
            return;
        var directory = entry.Name[(top.Length + 1)..slash];
        if (_directories.Contains(directory, StringComparer.OrdinalIgnoreCase))
            Check($"The file {MemberPath.Show(entry.Name)}", entry.Name[(slash + 1)..], project);
    }

    /// <exception cref="ArchiveException">One of the entry points is such a command, or the file is too
    /// long.</exception>
    public static void CheckEntryPoints(Stream stream, ZipEntry entry, ProjectName project)
    {
        if (entry.Size > ArchiveLimits.MaxEntryPointsLength)
            throw new ArchiveException(
                $"The member {MemberPath.Show(entry.Name)} has {entry.Size} bytes; at most "
                + $"{ArchiveLimits.MaxEntryPointsLength} are allowed.");
        foreach (var name in ReadCommands(ZipMember.ReadAll(stream, entry)))
            Check($"The entry point {MemberPath.Show(name)}", name, project);
    }

    /// <summary>Returns each name that some reader of the file takes for a command's: they differ in what ends a line,
    /// what separates a name from its value, and what continues it.</summary>
    public static IEnumerable<string> ReadCommands(byte[] document)
    {
        var isWanted = false;
        foreach (var line in Encoding.UTF8.GetString(document).Split(_lineEnds, StringSplitOptions.RemoveEmptyEntries))
        {
            var text = line.Trim(_blanks);
            if (text.StartsWith('['))
            {
                var isSection = IsOfCommands(text.Trim('[', ']'))
                    || IsOfCommands(text[1..Math.Max(1, text.LastIndexOf(']'))]);
                // importlib takes a line for a section only if it ends with a bracket.
                isWanted = isSection || (isWanted && !text.EndsWith(']'));
            }
            if (isWanted && text.IndexOfAny(['=', ':']) is > 0 and var end)
                yield return text[..end].Trim(_blanks).TrimStart('[').Trim(_blanks);
        }
    }

    /// <summary>Whether a section has commands. Python's ConfigParser, by which poetry and pdm install, ignores what
    /// follows its name on the line, and adds the entries of <c>DEFAULT</c> to each section.</summary>
    static bool IsOfCommands(string section) =>
        section.Trim(_blanks) is var name
        && (_sections.Contains(name, StringComparer.OrdinalIgnoreCase) || name == "DEFAULT");

    /// <summary>Returns the interpreter or installer whose place a command takes, or null. Beside those that no upload
    /// may replace, these are the installers that people and scripts call by name.</summary>
    public static string? FindReplaced(string name, ProjectName project) =>
        Find(Reserved, name, project) ?? Find(Installers, name, project);

    static string? Find(Regex commands, string name, ProjectName project) =>
        commands.Match(name) is { Success: true } match
        && match.Groups["command"].Value.ToLowerInvariant() is var command && command != project.Value
            ? command
            : null;

    static void Check(string what, string name, ProjectName project)
    {
        if (Find(Reserved, name, project) is { } command)
            throw new ArchiveException(
                $"{what} would take the place of {command} wherever the wheel is installed. Give the command another "
                + "name.");
    }

    /// <summary>Matches <c>python</c>, <c>python3.12</c>, <c>pythonw.exe</c>, <c>pip-3</c>, and on Windows' file
    /// systems, which ignore dots and spaces at the end, also <c>python. </c>. A path counts by its end.</summary>
    [GeneratedRegex(
        @"(\A|[/\\])((?<command>python|pypy|graalpy|jython|pip)w?(-?[0-9]+(\.[0-9]+)*t?w?)?(_d)?|(?<command>py)w?)"
        + @"(\.(exe|com|bat|cmd|ps1|vbs|js))?[. ]*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    static partial Regex Reserved { get; }

    [GeneratedRegex(
        @"(\A|[/\\])(?<command>uv|pipx|poetry|pdm|conda|twine)[xw]?(\.(exe|com|bat|cmd|ps1|vbs|js))?[. ]*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    static partial Regex Installers { get; }
}
