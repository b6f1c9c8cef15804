using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>
/// The bytes of a response, ready to send. The headers are computed, and the body is compressed if requested.
/// </summary>
sealed class RenderedPage
{
    const int PieceLength = 64 << 10;

    /// <summary>The approximate memory of what is known of a part, in bytes.</summary>
    const int WeightOfPart = 200;

    /// <summary>The length in bytes of what is compressed at once of a page with a base URL.</summary>
    const int MaxLengthAtOnce = 1 << 20;

    readonly Lock _lock = new();
    WeakReference<RenderedPage>? _inFile;

    Dictionary<object, RenderedPart> _parts = [];

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
    public long Weight => 600 + Length + (WeightOfPart * _parts.Count);

    /// <summary>Renders a page.</summary>
    /// <param name="content">The content.</param>
    /// <param name="gzip">Whether to compress the body.</param>
    /// <param name="work">The budget of the work.</param>
    /// <param name="previous">An earlier version of the page, whose parts it may have; null if there is none.</param>
    /// <exception cref="TooCostlyException"/>
    public static RenderedPage Render(
        PageContent content, bool gzip, WorkBudget work, RenderedPage? previous = null)
    {
        using var rendering = new PageRendering(content, gzip, previous, work);
        foreach (var part in content.Parts)
            rendering.Add(part);
        StringValues serial = content.Serial is { } number
            ? number.ToString(CultureInfo.InvariantCulture) : null;
        return From(rendering, content, serial, gzip);
    }

    /// <summary>Returns a page, which must not be compressed, with a base URL for each marker.</summary>
    /// <exception cref="TooCostlyException"/>
    public RenderedPage With(string baseUrl, PageContent content, bool gzip, WorkBudget work)
    {
        using var rendering = new PageRendering(content, gzip, null, work);
        var writer = new SegmentedBufferWriter();
        // What was rendered in parts is finished in parts.
        var isInParts = content.Parts.Count > 1;
        foreach (var piece in BaseUrlMarker.Replace(Read(0, Length), content.ContentType, baseUrl))
        {
            writer.Write(piece.Span);
            if (writer.Length < MaxLengthAtOnce)
                continue;
            rendering.Add(null, writer.ToSegments());
            writer = new SegmentedBufferWriter();
            if (isInParts)
                work.BeginPart();
        }
        rendering.Add(null, writer.ToSegments());
        return From(rendering, content, Serial, gzip);
    }

    static RenderedPage From(PageRendering rendering, PageContent content, StringValues serial, bool gzip)
    {
        var (body, tag) = rendering.Complete();
        var (segments, file) = body.Complete();
        return new RenderedPage(segments, body.Length)
        {
            File = file,
            ETag = tag,
            ContentType = content.ContentType,
            ContentEncoding = gzip ? "gzip" : StringValues.Empty,
            Serial = serial,
            _parts = rendering.Parts,
        };
    }

    /// <summary>Finds a part by its id.</summary>
    public RenderedPart? FindPart(object id) => _parts.TryGetValue(id, out var part) ? part : null;

    /// <summary>Reads a range of the body, wherever it is.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read(long offset, long length)
    {
        if (File is null)
        {
            foreach (var piece in ReadSegments(offset, length))
                yield return piece;
            yield break;
        }
        for (var (at, end) = (offset, offset + length); at < end;)
        {
            var piece = new byte[Math.Min(PieceLength, end - at)];
            var read = RandomAccess.Read(File.Handle, piece, at);
            yield return read > 0 ? piece.AsMemory(0, read) : throw new EndOfStreamException();
            at += read;
        }
    }

    IEnumerable<ReadOnlyMemory<byte>> ReadSegments(long offset, long length)
    {
        foreach (var segment in Segments)
        {
            var (from, to) = (Math.Clamp(offset, 0, segment.Length), Math.Clamp(offset + length, 0, segment.Length));
            if (from < to)
                yield return segment[(int)from..(int)to];
            offset -= segment.Length;
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
                _parts = _parts,
            };
            _inFile = new WeakReference<RenderedPage>(page);
            return page;
        }
    }
}

/// <summary>A part of a rendered page, which the page's next version may have, too.</summary>
/// <param name="Offset">Where it is in the body.</param>
/// <param name="Length">Its length there, in bytes.</param>
/// <param name="RawLength">Its length before it was compressed.</param>
/// <param name="Crc">The CRC-32 of what it was then.</param>
/// <param name="Digest">The digest of its bytes in the body.</param>
readonly record struct RenderedPart(long Offset, long Length, long RawLength, uint Crc, Sha256Digest Digest);
