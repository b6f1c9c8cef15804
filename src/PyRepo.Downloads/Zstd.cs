using ZstdSharp;
using ZstdSharp.Unsafe;

namespace PyRepo.Downloads;

/// <summary>
/// Compresses and decompresses frames with checksums
/// (<see href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</see>).
/// </summary>
static class Zstd
{
    /// <summary>Returns bytes as one frame.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(bytes).ToArray();
    }

    /// <summary>Returns the content of one frame.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or too long.</exception>
    public static ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> frame, int maxLength)
    {
        try
        {
            using var decompressor = new Decompressor();
            return decompressor.Unwrap(frame, maxLength);
        }
        catch (ZstdException error)
        {
            throw new InvalidDataException("A frame of the download log is damaged.", error);
        }
    }
}

/// <summary>Decompresses one frame after the other.</summary>
sealed class FrameDecompressor : IDisposable
{
    readonly Decompressor _decompressor = new();

    /// <summary>Writes the content of a frame. Returns its length.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or too long.</exception>
    public int Read(ReadOnlySpan<byte> frame, Span<byte> content)
    {
        try
        {
            return _decompressor.Unwrap(frame, content);
        }
        catch (ZstdException error)
        {
            throw new InvalidDataException("A frame of the download log is damaged.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _decompressor.Dispose();
}
