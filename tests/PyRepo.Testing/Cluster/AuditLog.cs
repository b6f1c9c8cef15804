using System.Text;
using System.Text.Json;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// The requests that an API server answered, in the order of their answers. A request is there before its client has
/// the whole answer.
/// </summary>
public sealed class AuditLog(string path)
{
    /// <summary>This moment, to read from later.</summary>
    public AuditMark End => new(new FileInfo(path).Length, DateTimeOffset.UtcNow);

    /// <summary>The requests since a moment; a watch is there twice, at its start and its end.</summary>
    /// <remarks>
    /// What a write changed can be seen before the write is in the log, so one that was received earlier is left out.
    /// </remarks>
    public IReadOnlyList<AuditEntry> Read(AuditMark since = default)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Max(0, since.Offset - 1);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = reader.ReadToEnd();
        // The last line may be half written, and so may the last one before the mark have been.
        var start = since.Offset == 0 ? 0 : text.IndexOf('\n') + 1;
        var lines = text[start..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(Parse).Where(e => !e.IsWrite || e.RequestReceivedTimestamp >= since.Time)];
    }

    static AuditEntry Parse(string line) =>
        JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry)
        ?? throw new JsonException("An empty audit entry.");
}
