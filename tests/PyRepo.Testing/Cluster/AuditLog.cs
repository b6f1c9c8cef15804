using System.Text;
using System.Text.Json;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// The requests that an API server answered, in the order of their answers. A request is there before its client has
/// the whole answer.
/// </summary>
public sealed class AuditLog(string path)
{
    /// <summary>The place of the next request, to read from later.</summary>
    public long End => new FileInfo(path).Length;

    /// <summary>The requests since a place; a watch is there twice, at its start and its end.</summary>
    public IReadOnlyList<AuditEntry> Read(long since = 0)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = since;
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = reader.ReadToEnd();
        // The last line may be half written.
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(Parse)];
    }

    static AuditEntry Parse(string line) =>
        JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry)
        ?? throw new JsonException("An empty audit entry.");
}
