namespace PyRepo.Resources.Problems;

/// <summary>
/// A problem in a manifest. Line and column start at 1; they are 0 for a problem of a whole file. The field path
/// (<c>spec.access.grants[1].to[0].user</c>) is empty if the problem is not about a field.
/// </summary>
public sealed record Diagnostic(string Source, int Line, int Column, string FieldPath, string Message)
{
    /// <summary>The kind of problem. It lets an older server tell a newer field from a mistake.</summary>
    public ProblemReason Reason { get; init; } = ProblemReason.Invalid;

    /// <inheritdoc cref="Rules.IRule.IsRatcheted"/>
    public bool IsRatcheted { get; init; }

    /// <summary>Creates a problem at a position.</summary>
    public static Diagnostic At(SourcePosition position, string fieldPath, string message, ProblemReason reason) =>
        new(position.Source, position.Line, position.Column, Quote.Path(fieldPath), message) { Reason = reason };

    /// <summary><c>team-a.yaml:7:12: spec.upstream.url: "ftp://x" is not an http or https URL</c></summary>
    public override string ToString()
    {
        var position = new SourcePosition(Source, Line, Column);
        return FieldPath.Length == 0 ? $"{position}: {Message}" : $"{position}: {FieldPath}: {Message}";
    }
}

/// <summary>The kinds of problems that programs treat differently.</summary>
public enum ProblemReason
{
    /// <summary>A schema or rule rejects a value.</summary>
    Invalid,

    /// <summary>A file cannot be read, or is neither YAML nor JSON.</summary>
    Unreadable,

    /// <summary>
    /// A field, kind or version is unknown: it is a mistake, or newer than this program.
    /// </summary>
    Unknown,

    /// <summary>Two resources in a namespace have the same name.</summary>
    NameTaken,

    /// <summary>A referenced Secret, ConfigMap, key or member does not exist.</summary>
    MissingReference,
}
