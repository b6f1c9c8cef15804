using System.IO.Compression;

namespace PyRepo.Packaging.Metadata;

/// <summary>A stream that can only be read, from its beginning to its end.</summary>
abstract class ForwardStream : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A range of a seekable stream. Others may move the stream's position between reads.</summary>
/// <remarks>The last byte comes alone, so that a decompressor that needs fewer bytes never asks for it, and one that
/// needs more asks again after it.</remarks>
sealed class FileRange(Stream stream, long start, long end) : ForwardStream
{
    long _next = start;
    bool _wasExceeded;

    /// <summary>Whether the range was read to its end, and nothing beyond it was asked for.</summary>
    public bool IsExhausted => _next == end && !_wasExceeded;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        var left = end - _next;
        _wasExceeded |= left == 0;
        stream.Position = _next;
        var length = stream.Read(buffer[..(int)Math.Min(buffer.Length, left > 1 ? left - 1 : left)]);
        _next += length;
        return length;
    }
}

/// <summary>Decompresses a range of a file that holds exactly one deflate stream
/// (<see href="https://www.rfc-editor.org/rfc/rfc1951">RFC 1951</see>).</summary>
sealed class InflatedRange : ForwardStream
{
    readonly FileRange _range;
    readonly DeflateStream _deflate;

    public InflatedRange(Stream stream, long start, long end)
    {
        _range = new FileRange(stream, start, end);
        _deflate = new DeflateStream(_range, CompressionMode.Decompress);
    }

    /// <exception cref="InvalidDataException">The range is no deflate stream, or the stream ends before or after
    /// it.</exception>
    public override int Read(Span<byte> buffer)
    {
        var length = _deflate.Read(buffer);
        return length > 0 || buffer.IsEmpty || _range.IsExhausted
            ? length
            : throw new InvalidDataException("The deflate stream and its range have different ends.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _deflate.Dispose();
        base.Dispose(disposing);
    }
}
