using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Requirements;

/// <summary>A requirement: <c>name[extra]&gt;=1.0; python_version &lt; "3.9"</c>, or <c>name @ URL</c>
/// (<see href="https://packaging.python.org/en/latest/specifications/dependency-specifiers/">dependency
/// specifiers</see>).</summary>
public sealed record Requirement
{
    /// <summary>The name as written.</summary>
    public required string Name { get; init; }

    /// <summary>The project with that name.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The extras as written, in ordinal order, without duplicates.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>The allowed versions; empty if all versions are allowed.</summary>
    public SpecifierSet Specifier { get; init; } = SpecifierSet.Empty;

    /// <summary>The URL of the distribution, or null.</summary>
    public string? Url { get; init; }

    /// <summary>The condition under which the requirement applies, or null if it always does.</summary>
    public Marker? Marker { get; init; }

    /// <summary>Parses a requirement. Returns false if the text is not a valid one, or if its name is not a valid
    /// project name.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Requirement? requirement)
    {
        requirement = null;
        if (text is null)
            return false;
        var reader = new RequirementReader(text);
        reader.SkipWhitespace();
        if (!reader.TryReadIdentifier(out var name) || !ProjectName.TryParse(name, out var project))
            return false;
        reader.SkipWhitespace();
        if (!TryReadExtras(ref reader, out var extras))
            return false;
        reader.SkipWhitespace();
        var draft = new Requirement { Name = name, Project = project, Extras = extras };
        var isRead = reader.TryRead("@")
            ? TryReadUrl(ref reader, ref draft)
            : TryReadSpecifier(ref reader, ref draft) && TryReadMarker(ref reader, ref draft);
        requirement = isRead && reader.AtEnd ? draft : null;
        return requirement is not null;
    }

    /// <summary>
    /// Returns the project that a text begins with, also of a requirement that only some installers understand:
    /// <c>legacy</c> of <c>legacy&gt;=1.*</c>.
    /// </summary>
    public static bool TryReadProject(string text, out ProjectName project)
    {
        var reader = new RequirementReader(text);
        reader.SkipWhitespace();
        project = default;
        return reader.TryReadIdentifier(out var name) && ProjectName.TryParse(name, out project);
    }

    /// <summary>Parses a requirement.</summary>
    /// <exception cref="FormatException">The text is not valid.</exception>
    public static Requirement Parse(string text) => TryParse(text, out var requirement)
        ? requirement
        : throw new FormatException($"\"{text}\" is not a requirement (PEP 508), such as requests>=2.31.");

    public bool Equals(Requirement? other) =>
        other is not null
        && Project == other.Project
        && Extras.Select(ProjectName.Normalize).ToHashSet().SetEquals(other.Extras.Select(ProjectName.Normalize))
        && Specifier.Equals(other.Specifier)
        && Url == other.Url
        && Equals(Marker, other.Marker);

    public override int GetHashCode() => HashCode.Combine(Project, Specifier, Url, Marker);

    /// <summary>Formats the normal form.</summary>
    public override string ToString()
    {
        var output = new StringBuilder(Name);
        if (Extras.Count > 0)
            output.Append('[').AppendJoin(',', Extras).Append(']');
        output.Append(Specifier);
        if (Url is not null)
            output.Append(" @ ").Append(Url).Append(Marker is null ? "" : " ");
        if (Marker is not null)
            output.Append("; ").Append(Marker);
        return output.ToString();
    }

    static bool TryReadExtras(ref RequirementReader reader, out IReadOnlyList<string> extras)
    {
        extras = [];
        if (!reader.TryRead("["))
            return true;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        reader.SkipWhitespace();
        while (reader.TryReadIdentifier(out var name))
        {
            names.Add(name);
            reader.SkipWhitespace();
            if (!reader.TryRead(","))
                break;
            reader.SkipWhitespace();
            if (reader.Remaining.StartsWith("]"))
                return false;
        }
        extras = [.. names];
        return reader.TryRead("]");
    }

    static bool TryReadUrl(ref RequirementReader reader, ref Requirement draft)
    {
        reader.SkipWhitespace();
        if (!reader.TryReadUntilWhitespace(out var url))
            return false;
        draft = draft with { Url = url };
        reader.SkipWhitespace();
        return TryReadMarker(ref reader, ref draft);
    }

    static bool TryReadSpecifier(ref RequirementReader reader, ref Requirement draft)
    {
        var isBracketed = reader.TryRead("(");
        reader.SkipWhitespace();
        var clauses = new StringBuilder();
        while (reader.TryReadSpecifier(out var clause))
        {
            clauses.Append(clause);
            reader.SkipWhitespace();
            if (!reader.TryRead(","))
                break;
            clauses.Append(',');
            reader.SkipWhitespace();
        }
        reader.SkipWhitespace();
        if (!SpecifierSet.TryParse(clauses.ToString(), out var specifier) || (isBracketed && !reader.TryRead(")")))
            return false;
        draft = draft with { Specifier = specifier };
        reader.SkipWhitespace();
        return true;
    }

    static bool TryReadMarker(ref RequirementReader reader, ref Requirement draft)
    {
        if (reader.AtEnd)
            return true;
        if (!reader.TryRead(";") || !MarkerReader.TryRead(ref reader, out var root))
            return false;
        draft = draft with { Marker = new Marker(root) };
        return true;
    }
}
