using System.Buffers.Binary;
using System.IO.Compression;

namespace PyRepo.Packaging.Metadata;

/// <summary>Decompresses a gzip file up to a limit, and checks at the end that it is complete.</summary>
sealed class BoundedGzipStream : Stream
{
    const long RatioExemptLength = 1L << 30;
    const int MaxRatio = 200;
    const int MinGzipLength = 18;

    readonly GZipStream _gzip;
    readonly long _limit;
    readonly long _compressedLength;
    readonly uint _declaredLength;
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
        Span<byte> ends = stackalloc byte[4];
        stream.Position = 0;
        if (_compressedLength < MinGzipLength)
            throw NotGzip();
        stream.ReadExactly(ends);
        if (!ends[..3].SequenceEqual<byte>([0x1f, 0x8b, 8]))
            throw NotGzip();
        stream.Position = _compressedLength - 4;
        stream.ReadExactly(ends);
        _declaredLength = BinaryPrimitives.ReadUInt32LittleEndian(ends);
        stream.Position = 0;
        _gzip = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _inflatedLength;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var length = _gzip.Read(buffer);
            _inflatedLength += length;
            return _inflatedLength <= _limit ? length : throw new ArchiveException(
                $"The archive's {_compressedLength} bytes inflate to more than {_limit}.");
        }
        catch (InvalidDataException problem)
        {
            throw new ArchiveException("The gzip archive is broken or cut off.", problem);
        }
    }

    /// <summary>Reads the remaining data, and checks that the last four bytes of the file give the decompressed
    /// length: those of a truncated file do not (<see href="https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1">RFC
    /// 1952</see>, for a file with one member, as build tools write it).</summary>
    /// <exception cref="ArchiveException">The file is truncated, or something follows it.</exception>
    public void ReadToEnd(CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (Read(buffer) > 0)
            cancellationToken.ThrowIfCancellationRequested();
        if ((uint)_inflatedLength != _declaredLength)
            throw new ArchiveException("The gzip archive is cut off, or something follows it.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    static ArchiveException NotGzip() => new("The file is not a gzip archive.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gzip.Dispose();
        base.Dispose(disposing);
    }
}
