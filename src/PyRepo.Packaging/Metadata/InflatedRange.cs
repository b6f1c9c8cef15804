using System.IO.Compression;

namespace PyRepo.Packaging.Metadata;

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
