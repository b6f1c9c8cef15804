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
    /// Reads complete lines. Ignores text after the last line feed, which the process was writing when it ended.
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
            try
            {
                events.Add(JsonSerializer.Deserialize(line, RecordJson.Default.ProjectEvent)
                    ?? throw new JsonException("It is null."));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"Line {events.Count + 1} is not an event: {error.Message}", error);
            }
            wholeLength += length + 1;
        }
        return events;
    }
}
