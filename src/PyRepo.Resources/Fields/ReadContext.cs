using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Fields;

/// <summary>What is collected while one document is read: problems, and the positions of fields.</summary>
sealed class ReadContext(IEnumerable<Problem> problems)
{
    public List<Problem> Problems { get; } = [.. problems];

    public void Report(SourcePosition position, string fieldPath, string message, ProblemReason reason) =>
        Problems.Add(Problem.At(position, fieldPath, message, reason));

    /// <summary>The paths of the fields that the document writes, with the positions of their values.</summary>
    public Dictionary<string, SourcePosition> Written { get; } = new(StringComparer.Ordinal);
}
