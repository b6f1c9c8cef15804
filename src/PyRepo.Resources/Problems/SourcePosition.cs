namespace PyRepo.Resources.Problems;

/// <summary>
/// A place in a source: its display name, and the line and column (in characters), both counted from 1.
/// </summary>
public readonly record struct SourcePosition(string Source, int Line, int Column)
{
    /// <summary><c>team-a.yaml:7:12</c>, or the source alone where no line is known.</summary>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
