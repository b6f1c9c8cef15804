using System.IO.Compression;
using System.Text.Json;
using PyRepo.Storage;

namespace PyRepo.Advisories;

/// <summary>Reads the documents of a zip file, as OSV
/// <see href="https://google.github.io/osv.dev/data/#data-dumps">exports</see> them, or of a JSON file. The names in a
/// zip file are never used as paths.</summary>
static class AdvisoryArchive
{
    /// <summary>Deeper documents are rejected one by one, with the others of their list still read.</summary>
    const int MaxListDepth = 1000;

    /// <summary>Reads all documents.</summary>
    /// <param name="seekable">The file.</param>
    /// <param name="add">Receives each document; nothing for one that is broken or too long.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">It is no such file, or larger than the limits allow.</exception>
    public static void Read(Stream seekable, Action<ReadOnlySpan<byte>> add, CancellationToken cancellationToken)
    {
        Span<byte> start = stackalloc byte[2];
        var length = seekable.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        seekable.Position = 0;
        if (length == 2 && start.SequenceEqual("PK"u8))
            ReadZip(seekable, add, cancellationToken);
        else
            ReadJson(seekable, add, cancellationToken);
    }

    static void ReadZip(Stream seekable, Action<ReadOnlySpan<byte>> add, CancellationToken cancellationToken)
    {
        using var metered = new MeteredStream(seekable, AdvisoryLimits.MaxAdvisoryDirectoryLength);
        using var zip = new ZipArchive(metered, ZipArchiveMode.Read, leaveOpen: true);
        var documents = zip.Entries
            .Where(entry => entry.FullName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)).ToList();
        if (documents.Count > AdvisoryLimits.MaxAdvisories)
            throw new InvalidDataException($"It has more than {AdvisoryLimits.MaxAdvisories} documents.");
        metered.Allow(long.MaxValue);
        var buffer = new byte[AdvisoryLimits.MaxAdvisoryLength + 1];
        var unpacked = 0L;
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = ReadEntry(document, buffer);
            if ((unpacked += length) > AdvisoryLimits.MaxUnpackedAdvisoriesLength)
                throw new InvalidDataException(
                    $"It has more than {AdvisoryLimits.MaxUnpackedAdvisoriesLength >> 20} MiB unpacked.");
            add(length == buffer.Length ? [] : buffer.AsSpan(0, length));
        }
    }

    /// <summary>Reads as much of an entry as fits. Of a broken one, nothing.</summary>
    static int ReadEntry(ZipArchiveEntry entry, byte[] buffer)
    {
        try
        {
            using var stream = entry.Open();
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            return 0;
        }
    }

    static void ReadJson(Stream seekable, Action<ReadOnlySpan<byte>> add, CancellationToken cancellationToken)
    {
        if (seekable.Length > AdvisoryLimits.MaxAdvisoryListLength)
            throw new InvalidDataException(
                $"It is not a zip file, and has more than {AdvisoryLimits.MaxAdvisoryListLength >> 20} MiB.");
        var bytes = new byte[seekable.Length];
        seekable.ReadExactly(bytes);
        try
        {
            ReadJson(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes, add, cancellationToken);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("It is neither a zip file nor JSON.", error);
        }
    }

    static void ReadJson(ReadOnlySpan<byte> json, Action<ReadOnlySpan<byte>> add, CancellationToken cancellationToken)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxListDepth });
        reader.Read();
        var isList = reader.TokenType is JsonTokenType.StartArray;
        if (!isList && reader.TokenType is not JsonTokenType.StartObject)
            throw new JsonException("It is neither an object nor an array.");
        for (var count = 0; !isList || (reader.Read() && reader.TokenType is not JsonTokenType.EndArray); count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (count == AdvisoryLimits.MaxAdvisories)
                throw new InvalidDataException($"It has more than {AdvisoryLimits.MaxAdvisories} documents.");
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var document = json[start..(int)reader.BytesConsumed];
            add(document.Length > AdvisoryLimits.MaxAdvisoryLength ? [] : document);
            if (!isList)
                return;
        }
    }
}

/// <summary>
/// Reads another stream, up to a number of bytes in all. A zip file's directory is read into memory as a whole, and its
/// header may lie about the length.
/// </summary>
/// <param name="inner">The other stream; not disposed here.</param>
/// <param name="allowance">The number of bytes.</param>
sealed class MeteredStream(Stream inner, long allowance) : SeekableReadStream
{
    long _allowance = allowance;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The position is before the beginning.</exception>
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value >= 0 ? value : throw new InvalidDataException("It is cut off.");
    }

    /// <summary>Sets how many bytes may be read from here on.</summary>
    public void Allow(long length) => _allowance = length;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">More bytes than allowed were read.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        return (_allowance -= read) >= 0 ? read : throw new InvalidDataException("Its directory is too long.");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
