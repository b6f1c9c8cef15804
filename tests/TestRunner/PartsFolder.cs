using System.Text.Json;

namespace TestRunner;

/// <summary>The results of a run's parts, a file for each: parts run side by side, each by a process of its own.</summary>
/// <param name="path">The folder.</param>
public sealed class PartsFolder(string path)
{
    /// <summary>Adds a part.</summary>
    public void Add(PartResult part) =>
        File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(path).FullName, $"{part.Name}.json"),
            JsonSerializer.Serialize(part, PartJson.Default.PartResult));

    /// <summary>All parts.</summary>
    public IReadOnlyList<PartResult> Read() => !Directory.Exists(path)
        ? []
        : [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
            .Select(file => JsonSerializer.Deserialize(File.ReadAllText(file), PartJson.Default.PartResult)!)];
}
