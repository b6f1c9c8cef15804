using System.Buffers;
using System.Text.Json;

namespace PyRepo.Server.Records;

/// <summary>
/// The format of a record in the store: one JSON object per line, in UTF-8, with a line feed after each line.
/// </summary>
static class RecordLines
{
    const byte LineFeed = (byte)'\n';

    public static byte[] Write(IEnumerable<ProjectEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = RecordJson.Readable.Options.Encoder });
        foreach (var change in events)
        {
            JsonSerializer.Serialize(writer, change, RecordJson.Readable.ProjectEvent);
            writer.Flush();
            buffer.Write([LineFeed]);
            writer.Reset();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads complete lines. Ignores text after the last line feed, and zeros with what was written together with them:
    /// these are what the process was writing when it or the machine ended.
    /// </summary>
    /// <param name="bytes">The record.</param>
    /// <param name="wholeLength">The length of the complete lines in bytes.</param>
    /// <exception cref="InvalidDataException">A complete line is not an event.</exception>
    public static List<ProjectEvent> Read(ReadOnlySpan<byte> bytes, out int wholeLength)
    {
        var events = new List<ProjectEvent>();
        wholeLength = 0;
        while (bytes[wholeLength..].IndexOf(LineFeed) is >= 0 and var length)
        {
            var line = bytes.Slice(wholeLength, length);
            if (line.Contains((byte)0) && IsOneWrite(bytes[wholeLength..], from: events.Count + 1))
                break;
            events.Add(ReadLine(line, events.Count + 1));
            wholeLength += length + 1;
        }
        return events;
    }

    /// <summary>
    /// Whether all lines belong to one write that a power cut interrupted. File systems leave zeros for the parts that
    /// did not reach the medium. If a later write follows, the medium has lost what it had confirmed.
    /// </summary>
    static bool IsOneWrite(ReadOnlySpan<byte> lines, long from)
    {
        for (var number = from; lines.IndexOf(LineFeed) is >= 0 and var length; number++)
        {
            var line = lines[..length];
            if (!line.Contains((byte)0) && !(ReadLine(line, number).First <= from))
                return false;
            lines = lines[(length + 1)..];
        }
        return true;
    }

    static ProjectEvent ReadLine(ReadOnlySpan<byte> line, long number)
    {
        try
        {
            return ProjectEventReader.Read(line);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"Line {number} is not an event: {error.Message}", error);
        }
    }
}
