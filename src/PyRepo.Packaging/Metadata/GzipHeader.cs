using System.Buffers.Binary;
using System.IO.Hashing;

namespace PyRepo.Packaging.Metadata;

/// <summary>The header of a gzip file (<see href="https://www.rfc-editor.org/rfc/rfc1952#section-2.3">RFC
/// 1952</see>).</summary>
static class GzipHeader
{
    public const int MinLength = 10;

    const byte HasHeaderCrc = 2;
    const byte HasExtra = 4;
    const byte HasName = 8;
    const byte HasComment = 16;
    const byte Reserved = 0xE0;

    /// <summary>Returns the length of a header, or null if it is broken or longer than the given bytes.</summary>
    public static int? GetLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinLength || !bytes.StartsWith<byte>([0x1f, 0x8b, 8]))
            return null;
        var flags = bytes[3];
        int? length = MinLength;
        if ((flags & Reserved) != 0)
            return null;
        if ((flags & HasExtra) != 0)
            length = bytes.Length < MinLength + 2
                ? null
                : MinLength + 2 + BinaryPrimitives.ReadUInt16LittleEndian(bytes[MinLength..]);
        if ((flags & HasName) != 0)
            length = AfterText(bytes, length);
        if ((flags & HasComment) != 0)
            length = AfterText(bytes, length);
        if ((flags & HasHeaderCrc) != 0)
            length = AfterCrc(bytes, length);
        return length <= bytes.Length ? length : null;
    }

    static int? AfterText(ReadOnlySpan<byte> bytes, int? start)
    {
        if (start is not { } position || position > bytes.Length)
            return null;
        var length = bytes[position..].IndexOf((byte)0);
        return length < 0 ? null : position + length + 1;
    }

    static int? AfterCrc(ReadOnlySpan<byte> bytes, int? start)
    {
        if (start is not { } position || position > bytes.Length - 2)
            return null;
        var crc = BinaryPrimitives.ReadUInt16LittleEndian(bytes[position..]);
        return crc == (ushort)Crc32.HashToUInt32(bytes[..position]) ? position + 2 : null;
    }
}
