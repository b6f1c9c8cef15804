using System.Buffers.Binary;
using System.IO.Hashing;

namespace PyRepo.Packaging.Metadata;

/// <summary>Decompresses a gzip file up to a limit. The file must hold exactly one gzip member: of several, and of
/// what follows one, some installers read only the first.</summary>
sealed class BoundedGzipStream : ForwardStream
{
    const long RatioExemptLength = 1L << 30;
    const int MaxRatio = 200;
    const int MaxHeaderLength = 1 << 16;
    const int TrailerLength = 8;

    readonly InflatedRange _inflated;
    readonly long _limit;
    readonly long _compressedLength;
    readonly ulong _trailer;
    readonly Crc32 _crc = new();
    long _inflatedLength;

    /// <summary>Opens a gzip file. It may decompress to 1 GiB, or to 200 times its size if that is more.</summary>
    /// <exception cref="ArchiveException">The file is not a gzip file.</exception>
    public BoundedGzipStream(Stream stream)
        : this(stream, Math.Max(RatioExemptLength, stream.Length * MaxRatio))
    {
    }

    /// <summary>Opens a gzip file that may decompress to at most <paramref name="limit"/> bytes.</summary>
    /// <exception cref="ArchiveException">The file is not a gzip file.</exception>
    public BoundedGzipStream(Stream stream, long limit)
    {
        _limit = limit;
        _compressedLength = stream.Length;
        var header = ReadAt(stream, 0, (int)Math.Min(_compressedLength, MaxHeaderLength));
        var end = _compressedLength - TrailerLength;
        if (GzipHeader.GetLength(header) is not { } start || start >= end)
            throw new ArchiveException("The file is not a gzip archive.");
        _trailer = BinaryPrimitives.ReadUInt64LittleEndian(ReadAt(stream, end, TrailerLength));
        _inflated = new InflatedRange(stream, start, end);
    }

    public override int Read(Span<byte> buffer)
    {
        var length = Inflate(buffer);
        _inflatedLength += length;
        _crc.Append(buffer[..length]);
        return _inflatedLength <= _limit ? length : throw new ArchiveException(
            $"The archive's {_compressedLength} bytes inflate to more than {_limit}.");
    }

    /// <summary>Reads the remaining data, and compares its length and CRC-32 with the file's last eight
    /// bytes.</summary>
    /// <exception cref="ArchiveException">The file is truncated, or something follows it.</exception>
    public void ReadToEnd(CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (Read(buffer) > 0)
            cancellationToken.ThrowIfCancellationRequested();
        if (_trailer != ((ulong)(uint)_inflatedLength << 32 | _crc.GetCurrentHashAsUInt32()))
            throw Broken(null);
    }

    int Inflate(Span<byte> buffer)
    {
        try
        {
            return _inflated.Read(buffer);
        }
        catch (InvalidDataException problem)
        {
            throw Broken(problem);
        }
    }

    static byte[] ReadAt(Stream stream, long position, int length)
    {
        var bytes = new byte[length];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }

    static ArchiveException Broken(Exception? problem) =>
        new("The gzip archive is broken or cut off, or something follows it.", problem);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inflated.Dispose();
        base.Dispose(disposing);
    }
}
