using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>
/// Reads the manifest of a backup: gzip of one JSON object per line. If a key is there twice, the later line counts.
/// </summary>
static class BackupManifest
{
    /// <summary>The longest line in bytes: a key of 1,024 characters, each escaped.</summary>
    const int MaxLine = 8 << 10;

    /// <summary>Reads all lines.</summary>
    /// <param name="stream">The compressed bytes.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">It is not a manifest.</exception>
    public static async IAsyncEnumerable<BackupEntry> ReadAsync(
        Stream stream,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lines = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[16 * MaxLine];
        var filled = 0;
        while (await lines.ReadAsync(buffer.AsMemory(filled), cancellationToken) is > 0 and var read)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                yield return Parse(buffer.AsSpan(start, length));
                start += length + 1;
            }
            filled -= start;
            if (filled > MaxLine)
                throw new InvalidDataException("A line of the manifest is too long.");
            buffer.AsSpan(start, filled).CopyTo(buffer);
        }
        if (filled > 0)
            throw new InvalidDataException("The manifest ends within a line.");
    }

    static BackupEntry Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(line, BackupJson.Default.BackupEntry);
            return StoreKey.IsValid(entry.Key) && entry.Size >= 0
                ? entry : throw new InvalidDataException("A line of the manifest has no key, or no size.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"A line of the manifest is damaged: {error.Message}", error);
        }
    }
}

/// <summary>An object of a backup.</summary>
/// <param name="Key">Its key in the repository's store.</param>
/// <param name="Sha256">The digest of its content.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Copied">When it was copied.</param>
readonly record struct BackupEntry(
    string Key, [property: JsonConverter(typeof(DigestConverter))] Sha256Digest Sha256, long Size,
    DateTimeOffset Copied);

/// <summary>Writes a digest as hexadecimal text.</summary>
sealed class DigestConverter : JsonConverter<Sha256Digest>
{
    /// <inheritdoc/>
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && Sha256Digest.TryParse(reader.GetString(), out var digest)
            ? digest : throw new JsonException("It is not a digest.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
