using System.Buffers;
using System.Text.Json;

namespace PyRepo.Server.Records;

/// <summary>A record's form in the store: one JSON object a line, UTF-8, each line ended by a line feed.</summary>
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

    /// <summary>Reads whole lines. What follows the last line feed was being written when the process ended.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="wholeLength">How many bytes the whole lines take.</param>
    /// <exception cref="InvalidDataException">A whole line is no event.</exception>
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
                throw new InvalidDataException($"Line {events.Count + 1} is no event: {error.Message}", error);
            }
            wholeLength += length + 1;
        }
        return events;
    }
}
