using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The format of a record in the store: one JSON object per line, in UTF-8, with a line feed after each line.
/// </summary>
static class RecordLines
{
    const byte LineFeed = (byte)'\n';

    /// <summary>How much of a long record is in memory, if no line is longer.</summary>
    const int PieceLength = 256 << 10;

    /// <summary>
    /// Buffers for reading records. Those of the shared pool would stay with each thread that returns one, and a record
    /// is read by many.
    /// </summary>
    public static ArrayPool<byte> Buffers { get; } =
        ArrayPool<byte>.Create(maxArrayLength: 2 * RecordFile.MaxLength, maxArraysPerBucket: 2);

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
    /// <param name="bytes">The record, or its end.</param>
    /// <param name="apply">Receives each event that is not skipped.</param>
    /// <param name="before">The number of lines before those.</param>
    /// <param name="skip">How many lines are known, and not parsed.</param>
    /// <returns>The number of complete lines, and their length in bytes.</returns>
    /// <exception cref="InvalidDataException">A complete line is not an event.</exception>
    public static (long Lines, int Length) Read(
        ReadOnlySpan<byte> bytes, Action<ProjectEvent> apply, long before = 0, long skip = 0)
    {
        var (lines, length) = (0L, 0);
        while (bytes[length..].IndexOf(LineFeed) is >= 0 and var end)
        {
            var line = bytes.Slice(length, end);
            if (line.Contains((byte)0) && IsOneWrite(bytes[length..], from: before + lines + 1))
                break;
            if (lines >= skip)
                apply(ReadLine(line, before + lines + 1));
            lines++;
            length += end + 1;
        }
        return (lines, length);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, Action{ProjectEvent}, long, long)"/>
    public static List<ProjectEvent> Read(ReadOnlySpan<byte> bytes, out int wholeLength)
    {
        var events = new List<ProjectEvent>();
        wholeLength = Read(bytes, events.Add).Length;
        return events;
    }

    /// <summary>Reads lines that may be many, piece by piece.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, Action{ProjectEvent}, long, long)"/>
    public static async Task<(long Lines, long Length)> ReadAsync(
        Stream stream, Action<ProjectEvent> apply, CancellationToken cancellationToken, long before = 0, long skip = 0)
    {
        var buffer = Buffers.Rent(PieceLength);
        try
        {
            for (var (lines, length, used) = (0L, 0L, 0); ;)
            {
                // A line that does not fit, or zeros, whose write has to be seen whole.
                if (used == buffer.Length)
                    buffer = Enlarge(buffer);
                var read = await stream.ReadAsync(buffer.AsMemory(used), cancellationToken);
                used += read;
                var whole = read == 0 ? used : WithoutZeros(buffer.AsSpan(0, used));
                var (count, taken) = Read(buffer.AsSpan(0, whole), apply, before + lines, skip - lines);
                (lines, length) = (lines + count, length + taken);
                if (read == 0)
                    return (lines, length);
                buffer.AsSpan(taken, used - taken).CopyTo(buffer);
                used -= taken;
            }
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    static byte[] Enlarge(byte[] buffer)
    {
        var larger = Buffers.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        Buffers.Return(buffer);
        return larger;
    }

    /// <summary>Returns the length that can be read before it is known what follows.</summary>
    static int WithoutZeros(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf((byte)0) is >= 0 and var zero ? zero : bytes.Length;

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

[JsonSerializable(typeof(ProjectEvent))]
[JsonSerializable(typeof(SealedLine))]
[JsonSerializable(typeof(StoreFormat))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>Writes <c>&gt;=3.8</c> without escapes, because people read records.</summary>
    public static RecordJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
