using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using PyRepo.Server.Caching;

namespace PyRepo.Server.Rendering;

/// <summary>
/// The bytes of a response, ready to send. The headers are computed, and the body is compressed if requested.
/// </summary>
sealed class RenderedPage
{
    RenderedPage(ReadOnlyMemory<byte>[] pieces, long length) => (Segments, Length) = (pieces, length);

    /// <summary>The segments of the body, in order.</summary>
    public ReadOnlyMemory<byte>[] Segments { get; }

    /// <summary>The length of the body in bytes.</summary>
    public long Length { get; }

    /// <summary>A strong entity tag for exactly these bytes.</summary>
    public required StringValues ETag { get; init; }

    /// <summary>The media type.</summary>
    public required StringValues ContentType { get; init; }

    /// <summary><c>gzip</c>, or empty.</summary>
    public required StringValues ContentEncoding { get; init; }

    /// <summary>The value of <c>X-PyPI-Last-Serial</c>, or empty.</summary>
    public required StringValues Serial { get; init; }

    /// <summary>The approximate memory that the page uses.</summary>
    public long Weight => Length + 600;

    /// <summary>Renders a body.</summary>
    /// <param name="write">Writes the body.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="gzip">Whether to compress the body.</param>
    /// <param name="serial">The project's serial, if it has one.</param>
    public static RenderedPage Render(Action<SegmentedBufferWriter> write, string contentType, bool gzip, long? serial)
    {
        var writer = new SegmentedBufferWriter();
        write(writer);
        var length = writer.Length;
        var pieces = writer.ToSegments();
        if (gzip)
            (pieces, length) = Compress(pieces);
        return new RenderedPage(pieces, length)
        {
            ETag = TagOf(contentType, pieces),
            ContentType = contentType,
            ContentEncoding = gzip ? "gzip" : StringValues.Empty,
            Serial = serial is { } number ? number.ToString(CultureInfo.InvariantCulture) : StringValues.Empty,
        };
    }

    /// <summary>
    /// Returns a page, which must not be compressed, with each occurrence of a byte replaced. The rest is shared.
    /// </summary>
    public RenderedPage With(byte marker, ReadOnlyMemory<byte> replacement, bool gzip)
    {
        var pieces = Segments.SelectMany(segment => Replace(segment, marker, replacement)).ToArray();
        var length = pieces.Sum(piece => (long)piece.Length);
        if (gzip)
            (pieces, length) = Compress(pieces);
        return new RenderedPage(pieces, length)
        {
            ETag = TagOf(ContentType.ToString(), pieces),
            ContentType = ContentType,
            ContentEncoding = gzip ? "gzip" : StringValues.Empty,
            Serial = Serial,
        };
    }

    static IEnumerable<ReadOnlyMemory<byte>> Replace(
        ReadOnlyMemory<byte> segment, byte marker, ReadOnlyMemory<byte> replacement)
    {
        for (int length; (length = segment.Span.IndexOf(marker)) >= 0; segment = segment[(length + 1)..])
        {
            yield return segment[..length];
            yield return replacement;
        }
        yield return segment;
    }

    static (ReadOnlyMemory<byte>[] Pieces, long Length) Compress(ReadOnlyMemory<byte>[] pieces)
    {
        var writer = new SegmentedBufferWriter();
        using (var gzip = new GZipStream(writer.AsStream(), CompressionLevel.Optimal))
        {
            foreach (var piece in pieces)
                gzip.Write(piece.Span);
        }
        var length = writer.Length;
        return (writer.ToSegments(), length);
    }

    /// <summary>
    /// Includes the content type in the tag: the two HTML formats have the same bytes, but are different
    /// representations.
    /// </summary>
    static string TagOf(string contentType, ReadOnlyMemory<byte>[] pieces)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(contentType));
        foreach (var piece in pieces)
            hash.AppendData(piece.Span);
        return $"\"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}\"";
    }
}
