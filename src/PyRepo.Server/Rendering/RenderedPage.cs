using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using PyRepo.Server.Admission;
using PyRepo.Server.Caching;
using PyRepo.Server.Files;

namespace PyRepo.Server.Rendering;

/// <summary>
/// The bytes of a response, ready to send. The headers are computed, and the body is compressed if requested.
/// </summary>
sealed class RenderedPage
{
    const int PieceLength = 64 << 10;

    readonly Lock _lock = new();
    WeakReference<RenderedPage>? _inFile;

    RenderedPage(ReadOnlyMemory<byte>[] pieces, long length) => (Segments, Length) = (pieces, length);

    /// <summary>The segments of the body, in order. There are none if it is in a file.</summary>
    public ReadOnlyMemory<byte>[] Segments { get; private init; }

    /// <summary>The file that has the body, or null if it is in memory.</summary>
    public TemporaryFile? File { get; private init; }

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

    /// <summary>The approximate memory that the page uses, or, if it is in a file, the room there.</summary>
    public long Weight => 600 + Length;

    /// <summary>The memory that is taken while a page is rendered, in bytes.</summary>
    /// <param name="length">The length of its body.</param>
    public static long WeightWhileRendered(long length) => length + (length / 2) + 4096;

    /// <summary>Renders a page.</summary>
    /// <param name="content">What it shows.</param>
    /// <param name="gzip">Whether to compress the body.</param>
    /// <param name="work">What it may cost.</param>
    /// <exception cref="TooCostlyException"/>
    public static RenderedPage Render(PageContent content, bool gzip, WorkBudget work)
    {
        var writer = new SegmentedBufferWriter { Written = work.Charge };
        content.Write(writer);
        StringValues serial = content.Serial is { } number
            ? number.ToString(CultureInfo.InvariantCulture) : null;
        return Of(writer.ToSegments(), content.ContentType, serial, gzip, work).InFileAbove(content.MaxLengthInMemory);
    }

    /// <summary>Returns a page, which must not be compressed, with a base URL for each marker.</summary>
    /// <exception cref="TooCostlyException"/>
    public RenderedPage With(string baseUrl, PageContent content, bool gzip, WorkBudget work) => Of(
        BaseUrlMarker.Replace(Pieces(), content.ContentType, baseUrl), content.ContentType, Serial, gzip, work)
        .InFileAbove(content.MaxLengthInMemory);

    static RenderedPage Of(
        IEnumerable<ReadOnlyMemory<byte>> pieces, StringValues contentType, StringValues serial, bool gzip,
        WorkBudget work)
    {
        var segments = gzip ? Compress(pieces, work) : [.. pieces];
        return new RenderedPage(segments, segments.Sum(segment => (long)segment.Length))
        {
            ETag = TagOf(contentType.ToString(), segments, work),
            ContentType = contentType,
            ContentEncoding = gzip ? "gzip" : StringValues.Empty,
            Serial = serial,
        };
    }

    RenderedPage InFileAbove(int length)
    {
        try
        {
            return Length > length ? InFile() : this;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverloadedException)
        {
            return this; // Without room for temporary files, it takes memory.
        }
    }

    /// <summary>The pieces of the body, wherever it is.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        foreach (var segment in Segments)
            yield return segment;
        for (var (at, read) = (0L, 0); File is not null && at < Length; at += read)
        {
            var piece = new byte[Math.Min(PieceLength, Length - at)];
            read = RandomAccess.Read(File.Handle, piece, at);
            yield return read > 0 ? piece.AsMemory(0, read) : throw new EndOfStreamException();
        }
    }

    /// <summary>
    /// Returns the page with its body in a temporary file, for a page that would push many others out of the memory, or
    /// whose readers are slow. They share one file.
    /// </summary>
    /// <exception cref="OverloadedException">There are too many such files.</exception>
    /// <exception cref="IOException">The folder for temporary files is full, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException"/>
    internal RenderedPage InFile()
    {
        lock (_lock)
        {
            if (_inFile?.TryGetTarget(out var shared) is true)
                return shared;
            var page = new RenderedPage([], Length)
            {
                File = TemporaryFile.Create(Segments, Length),
                ETag = ETag,
                ContentType = ContentType,
                ContentEncoding = ContentEncoding,
                Serial = Serial,
            };
            _inFile = new WeakReference<RenderedPage>(page);
            return page;
        }
    }

    static ReadOnlyMemory<byte>[] Compress(IEnumerable<ReadOnlyMemory<byte>> pieces, WorkBudget work)
    {
        var writer = new SegmentedBufferWriter();
        using (var gzip = new GZipStream(writer.AsStream(), CompressionLevel.Optimal))
        {
            foreach (var piece in pieces)
            {
                work.Charge(piece.Length);
                gzip.Write(piece.Span);
            }
        }
        return writer.ToSegments();
    }

    /// <summary>
    /// Includes the content type in the tag: the two HTML formats have the same bytes, but are different
    /// representations.
    /// </summary>
    static string TagOf(string contentType, ReadOnlyMemory<byte>[] pieces, WorkBudget work)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(contentType));
        foreach (var piece in pieces)
        {
            work.Charge(piece.Length);
            hash.AppendData(piece.Span);
        }
        return $"\"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}\"";
    }
}
