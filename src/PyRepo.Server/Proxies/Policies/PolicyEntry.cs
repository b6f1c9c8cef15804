using System.Buffers;
using System.IO.Enumeration;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// An entry of a list of a policy: a project's name, in which <c>*</c> matches any characters, and optionally versions:
/// <c>acme-*</c>, <c>requests&gt;=2.31,&lt;3</c>.
/// </summary>
sealed class PolicyEntry
{
    static readonly SearchValues<char> _ends = SearchValues.Create("[ =!~<>");

    readonly string _pattern;
    readonly SpecifierSet _specifiers;

    PolicyEntry(string text, string pattern, SpecifierSet specifiers)
    {
        (Text, _specifiers) = (text, specifiers);
        _pattern = ProjectName.Normalize(pattern);
        Project = ProjectName.TryParse(pattern, out var project) ? project : null;
    }

    /// <summary>The entry as it is written.</summary>
    public string Text { get; }

    /// <summary>The only project that the entry names, or null if it is a pattern.</summary>
    public ProjectName? Project { get; }

    /// <summary>Whether the entry compares versions as texts: <c>===2004d</c>.</summary>
    public bool ComparesText => Text.Contains("===", StringComparison.Ordinal);

    /// <summary>Parses an entry. Extras mean nothing here. Returns null if it is not valid.</summary>
    public static PolicyEntry? TryParse(string text)
    {
        var end = text.AsSpan().IndexOfAny(_ends);
        var name = end < 0 ? text : text[..end];
        var rest = end < 0 ? "" : text[end..].TrimStart();
        if (rest.StartsWith('['))
            rest = rest[(rest.IndexOf(']', StringComparison.Ordinal) + 1)..];
        return name.Length > 0 && SpecifierSet.TryParse(rest, out var specifiers)
            ? new PolicyEntry(text, name, specifiers)
            : null;
    }

    /// <summary>Whether the entry names a project.</summary>
    public bool Names(ProjectName project) => Project is { } only
        ? only == project
        : FileSystemName.MatchesSimpleExpression(_pattern, project.Value, ignoreCase: false);

    /// <summary>
    /// Whether the entry's versions contain that of a file, whatever its project. A version that is not valid is only
    /// in an entry without versions, or after <c>===</c>
    /// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/">version
    /// specifiers</see>).
    /// </summary>
    public bool Contains(DistributionFileName file) => file.Version is { } version
        ? _specifiers.Contains(version)
        : _specifiers.Contains(file.VersionText);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
