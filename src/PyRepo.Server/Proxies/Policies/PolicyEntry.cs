using System.Buffers;
using System.IO.Enumeration;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// An entry of a list of a policy: a project's name, in which <c>*</c> matches any characters, and optionally versions:
/// <c>acme-*</c>, <c>requests&gt;=2.31,&lt;3</c>. Each text is an entry: one that is not valid keeps its name, hides all of it
/// and lets nothing of it through.
/// </summary>
sealed class PolicyEntry
{
    static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-*");

    readonly string _pattern;

    /// <summary>Null if the entry is not valid.</summary>
    readonly SpecifierSet? _specifiers;

    PolicyEntry(string text, string pattern, SpecifierSet? specifiers)
    {
        (Text, _specifiers) = (text, specifiers);
        _pattern = ProjectName.Normalize(pattern);
        Project = ProjectName.TryParse(pattern, out var project) ? project : null;
    }

    /// <summary>The entry as it is written.</summary>
    public string Text { get; }

    /// <summary>The only project that the entry names, or null if it is a pattern.</summary>
    public ProjectName? Project { get; }

    /// <summary>Whether the versions of the entry are known.</summary>
    public bool IsValid => _specifiers is not null;

    /// <summary>Whether the entry compares versions as texts: <c>===2004d</c>.</summary>
    bool ComparesText => Text.Contains("===", StringComparison.Ordinal);

    /// <summary>
    /// Parses an entry. Extras mean nothing here. One that does not even begin with a name stands for every name.
    /// </summary>
    public static PolicyEntry Parse(string text)
    {
        var end = text.AsSpan().IndexOfAnyExcept(_nameCharacters);
        var name = end < 0 ? text : text[..end];
        var rest = text[name.Length..].TrimStart();
        if (rest.StartsWith('['))
            rest = rest[(rest.IndexOf(']', StringComparison.Ordinal) + 1)..];
        if (name.Length == 0)
            return new PolicyEntry(text, "*", null);
        return new PolicyEntry(text, name, SpecifierSet.TryParse(rest, out var specifiers) ? specifiers : null);
    }

    /// <summary>Whether the entry names a project.</summary>
    public bool Names(ProjectName project) => Project is { } only
        ? only == project
        : FileSystemName.MatchesSimpleExpression(_pattern, project.Value, ignoreCase: false);

    /// <summary>
    /// Whether the entry's versions contain that of a file, whatever its project: for what lets files through. A version
    /// that is not valid is only in an entry without versions, or after <c>===</c>
    /// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/">version
    /// specifiers</see>). An entry that is not valid contains nothing.
    /// </summary>
    public bool Contains(DistributionFileName file) => _specifiers is not null && (file.Version is { } version
        ? _specifiers.Contains(version)
        : _specifiers.Contains(file.VersionText));

    /// <summary>
    /// Whether the entry's versions may contain that of a file: for what hides files. What cannot be compared may be one
    /// of them, and an entry that is not valid may contain all.
    /// </summary>
    public bool MayContain(DistributionFileName file) =>
        !IsValid || Contains(file) || (file.Version is null && !ComparesText);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
