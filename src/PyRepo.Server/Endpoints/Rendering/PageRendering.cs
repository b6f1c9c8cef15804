using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>
/// Renders a page part by part, and takes those parts from an earlier version that have not changed: an upload to a
/// project of 40,000 files renders some hundred.
/// </summary>
/// <remarks>
/// Each part is compressed by itself, and ends at a byte's boundary; one after the other, they are the deflated data of
/// one gzip member (<see href="https://www.rfc-editor.org/rfc/rfc1951">RFC 1951</see>,
/// <see href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</see>).
/// </remarks>
sealed class PageRendering : IDisposable
{
    /// <summary>Deflate, no name, no time, no system.</summary>
    static readonly byte[] _gzipHeader = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    readonly PageBody _body;
    readonly RenderedPage? _previous;
    readonly WorkBudget _work;
    readonly IncrementalHash _tag = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly bool _gzip;
    uint _crc;
    long _rawLength;

    /// <param name="content">The content to render.</param>
    /// <param name="gzip">Whether to compress the body.</param>
    /// <param name="previous">An earlier version of the same page, or null.</param>
    /// <param name="work">The budget of the work.</param>
    public PageRendering(PageContent content, bool gzip, RenderedPage? previous, WorkBudget work)
    {
        (_body, _gzip, _previous, _work) = (new PageBody(content.MaxLengthInMemory), gzip, previous, work);
        // The two HTML formats have the same bytes, but are different representations.
        _tag.AppendData(Encoding.ASCII.GetBytes(content.ContentType));
        if (gzip)
            _body.Append([_gzipHeader]);
    }

    /// <summary>The parts that a later version may have, too, by their ids.</summary>
    public Dictionary<object, RenderedPart> Parts { get; } = [];

    /// <summary>Adds a part.</summary>
    /// <exception cref="TooCostlyException"/>
    public void Add(PagePart part)
    {
        if (part.Id is not null && _previous?.FindPart(part.Id) is { } known)
        {
            _work.Charge(known.Length);
            Keep(part.Id, known, [.. _previous.Read(known.Offset, known.Length)]);
            return;
        }
        if (part.Id is not null)
            _work.BeginPart();
        var writer = new SegmentedBufferWriter { Written = _work.Charge };
        part.Write(writer);
        Add(part.Id, writer.ToSegments());
    }

    /// <summary>Adds bytes that are rendered already.</summary>
    /// <exception cref="TooCostlyException"/>
    public void Add(object? id, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var (crc, rawLength) = (new Crc32(), 0L);
        foreach (var piece in pieces)
        {
            rawLength += piece.Length;
            if (_gzip)
                crc.Append(piece.Span);
        }
        var bytes = _gzip ? Compress(pieces) : pieces;
        var part = new RenderedPart(
            _body.Length, bytes.Sum(piece => (long)piece.Length), rawLength,
            crc.GetCurrentHashAsUInt32(), GetDigest(bytes));
        Keep(id, part, bytes);
    }

    /// <summary>Ends the body. Returns it with its entity tag, which is the same for the same parts.</summary>
    public (PageBody Body, string ETag) Complete()
    {
        if (_gzip)
        {
            // An empty last block; CRC and length of what was compressed.
            var end = new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
            BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(2), _crc);
            BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(6), (uint)_rawLength);
            _body.Append([end]);
        }
        return (_body, $"\"{Convert.ToHexStringLower(_tag.GetHashAndReset().AsSpan(0, 16))}\"");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body.Dispose();
        _tag.Dispose();
    }

    void Keep(object? id, RenderedPart part, IReadOnlyList<ReadOnlyMemory<byte>> bytes)
    {
        if (id is not null)
            Parts[id] = part with { Offset = _body.Length };
        Span<byte> digest = stackalloc byte[Sha256Digest.ByteLength];
        part.Digest.CopyTo(digest);
        _tag.AppendData(digest);
        _crc = Crc32Combination.Combine(_crc, part.Crc, part.RawLength);
        _rawLength += part.RawLength;
        _body.Append(bytes);
    }

    ReadOnlyMemory<byte>[] Compress(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var writer = new SegmentedBufferWriter();
        using (var deflate = new DeflateStream(writer.AsStream(), CompressionLevel.Optimal))
        {
            foreach (var piece in pieces)
            {
                _work.Charge(piece.Length);
                deflate.Write(piece.Span);
            }
            deflate.Flush();
            // What follows would end the deflated data.
            writer.Stop();
        }
        return writer.ToSegments();
    }

    Sha256Digest GetDigest(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in pieces)
        {
            _work.Charge(piece.Length);
            hash.AppendData(piece.Span);
        }
        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }
}
