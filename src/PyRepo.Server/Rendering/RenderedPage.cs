using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Win32.SafeHandles;
using PyRepo.Server.Caching;

namespace PyRepo.Server.Rendering;

/// <summary>
/// The bytes of a response, ready to send. The headers are computed, and the body is compressed if requested.
/// </summary>
sealed class RenderedPage
{
    RenderedPage(ReadOnlyMemory<byte>[] pieces, long length) => (Segments, Length) = (pieces, length);

    /// <summary>The segments of the body, in order. There are none if it is in a file.</summary>
    public ReadOnlyMemory<byte>[] Segments { get; private init; }

    /// <summary>
    /// The file that has the body, or null if it is in memory. The file has no name, and goes with the last reference.
    /// </summary>
    public SafeFileHandle? File { get; private init; }

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
    public long Weight => File is null ? Length + 600 : 600;

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

    /// <summary>
    /// Returns the page with its body in a temporary file, for a page that would push many others out of the memory.
    /// </summary>
    /// <exception cref="IOException">The folder for temporary files is full, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException"/>
    public RenderedPage InFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"pyrepo-page-{Guid.NewGuid():N}");
        var file = System.IO.File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous, Length);
        try
        {
            // From here on nothing leads to the file, so that it is gone when the process is, however that ends.
            System.IO.File.Delete(path);
            RandomAccess.Write(file, Segments, fileOffset: 0);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        return new RenderedPage([], Length)
        {
            File = file,
            ETag = ETag,
            ContentType = ContentType,
            ContentEncoding = ContentEncoding,
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
