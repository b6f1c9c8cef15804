namespace PyRepo.Resources.Problems;

/// <summary>
/// What is wrong in a manifest, and where: line and column count from 1 and are 0 where a whole file is meant; the
/// field path (<c>spec.access.grants[1].to[0].user</c>) is empty where no field is.
/// </summary>
public sealed record Problem(string Source, int Line, int Column, string FieldPath, string Message)
{
    /// <summary>What kind of fault it is: an older server that meets a newer field tells it from a mistake.</summary>
    public ProblemReason Reason { get; init; } = ProblemReason.Invalid;

    /// <summary>A problem at a position.</summary>
    public static Problem At(SourcePosition position, string fieldPath, string message, ProblemReason reason) =>
        new(position.Source, position.Line, position.Column, Quote.Path(fieldPath), message) { Reason = reason };

    /// <summary><c>team-a.yaml:7:12: spec.upstream.url: "ftp://x" is not an http or https URL</c></summary>
    public override string ToString()
    {
        var position = new SourcePosition(Source, Line, Column);
        return FieldPath.Length == 0 ? $"{position}: {Message}" : $"{position}: {FieldPath}: {Message}";
    }
}
