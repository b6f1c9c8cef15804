namespace Bench;

/// <summary>What was tried for figures that miss their aims: <c>bench/misses.md</c>, written by hand.</summary>
/// <remarks>
/// A heading <c>## SCENARIO: ROW</c> names the row that the text below it is about, <c>## SCENARIO: BEGINNING*</c>
/// several.
/// </remarks>
sealed class Misses
{
    readonly List<(string Key, string Text)> _notes = [];

    public Misses(string file)
    {
        if (!File.Exists(file))
            return;
        foreach (var note in File.ReadAllText(file).Split("\n## ").Skip(1))
        {
            var end = note.IndexOf('\n', StringComparison.Ordinal);
            if (end >= 0)
                _notes.Add((note[..end].Trim(), note[end..].Trim()));
        }
    }

    /// <summary>The missed rows, those with the same text together; empty: nothing was missed.</summary>
    public string Describe(IEnumerable<Result> results)
    {
        var missed = results.Where(result => result.IsMissed).ToArray();
        if (missed.Length == 0)
            return "";
        var groups = missed.GroupBy(result => GetText($"{result.Scenario}: {result.What}")).Select(group =>
            $"{string.Concat(group.Select(Line))}\n{group.Key ?? "Nothing is noted about it."}\n");
        return $"\n### Misses, and what was tried\n\n{string.Join('\n', groups)}";
    }

    string? GetText(string row) => _notes.FirstOrDefault(note => note.Key.EndsWith('*')
        ? row.StartsWith(note.Key[..^1], StringComparison.Ordinal)
        : row == note.Key).Text;

    static string Line(Result result) =>
        $"- **{result.Scenario}: {result.What}**: {Results.Number(result.Value)}{result.Unit}, aim {result.Aim}\n";
}
