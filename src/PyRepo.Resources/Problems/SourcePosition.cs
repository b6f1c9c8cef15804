namespace PyRepo.Resources.Problems;

/// <summary>
/// A position in a source: the source's name, and the line and column (in characters), both starting at 1.
/// </summary>
public readonly record struct SourcePosition(string Source, int Line, int Column)
{
    /// <summary>Formats the position as <c>team-a.yaml:7:12</c>, or as the source alone if the line is
    /// unknown.</summary>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
