using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The field path and position of a value. Problems of the value are reported here.</summary>
public sealed class FieldLocation
{
    readonly ReadContext _notes;

    internal FieldLocation(ReadContext context, string path, SourcePosition position)
    {
        _notes = context;
        Path = path;
        Position = position;
    }

    /// <summary><c>spec.access.grants[1].role</c></summary>
    public string Path { get; }

    public SourcePosition Position { get; }

    internal FieldLocation Field(string name, SourcePosition position) =>
        new(_notes, Join(Path, name), position);

    internal FieldLocation Item(int index, SourcePosition position) =>
        new(_notes, $"{Path}[{index}]", position);

    /// <summary>
    /// The location of a nested field. Its position is that of its value, or of the nearest enclosing value if the
    /// field is not written.
    /// </summary>
    internal FieldLocation At(string fieldPath, Node node)
    {
        var position = Position;
        if (fieldPath.Length == 0)
            return this;
        foreach (var name in fieldPath.Split('.'))
        {
            if ((node as MappingNode)?.Find(name) is not { } below)
                break;
            (node, position) = (below, below.Position);
        }
        return new(_notes, Join(Path, fieldPath), position);
    }

    internal void Report(string message, ProblemReason reason = ProblemReason.Invalid) =>
        _notes.Report(Position, Path, message, reason);

    internal void Report(string message, IRule rule) => _notes.Problems.Add(
        Diagnostic.At(Position, Path, message, ProblemReason.Invalid) with { IsRatcheted = rule.IsRatcheted });

    internal void RecordPosition() => _notes.Written.TryAdd(Path, Position);

    /// <summary>Whether a field that the rule reads already has a problem.</summary>
    internal bool HasProblemIn(IRule rule) =>
        (rule.FieldPath.Length > 0 && HasProblemAt(rule.FieldPath)) || rule.DependsOn.Any(HasProblemAt);

    bool HasProblemAt(string fieldPath) => _notes.Problems.Exists(problem => IsWithin(fieldPath, problem));

    bool IsWithin(string fieldPath, Diagnostic problem)
    {
        var path = Join(Path, fieldPath);
        return problem.FieldPath.StartsWith(path, StringComparison.Ordinal)
            && (problem.FieldPath.Length == path.Length || problem.FieldPath[path.Length] is '.' or '[');
    }

    static string Join(string path, string name) =>
        path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";
}

/// <summary>The findings while one document is read: problems, and the positions of fields.</summary>
sealed class ReadContext(IEnumerable<Diagnostic> problems)
{
    public List<Diagnostic> Problems { get; } = [.. problems];

    public void Report(SourcePosition position, string fieldPath, string message, ProblemReason reason) =>
        Problems.Add(Diagnostic.At(position, fieldPath, message, reason));

    /// <summary>The paths of the fields that the document writes, with the positions of their values.</summary>
    public Dictionary<string, SourcePosition> Written { get; } = new(StringComparer.Ordinal);
}
