using System.Text.Json;

namespace TestRunner;

/// <summary>The results of a run's parts, one JSON document a line: each part is run by a process of its own.</summary>
/// <param name="path">The file.</param>
public sealed class PartsFile(string path)
{
    /// <summary>Adds a part.</summary>
    public void Add(PartResult part) =>
        File.AppendAllText(path, JsonSerializer.Serialize(part, PartJson.Default.PartResult) + "\n");

    /// <summary>All parts, in order.</summary>
    public IReadOnlyList<PartResult> Read() => !File.Exists(path)
        ? []
        : [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize(line, PartJson.Default.PartResult)!)];
}
