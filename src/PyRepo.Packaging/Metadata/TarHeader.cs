using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PyRepo.Packaging.Metadata;

/// <summary>A header block of a tar archive. The formats v7, ustar, GNU and pax share these fields
/// (<see href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX pax</see>).</summary>
static class TarHeader
{
    public const int Length = 512;

    const int ChecksumStart = 148;
    const int ChecksumEnd = 156;

    /// <summary>Reads a header, or returns null if the checksum is wrong.</summary>
    public static TarMember? Read(ReadOnlySpan<byte> block)
    {
        if (ReadNumber(block[ChecksumStart..ChecksumEnd]) is not { } checksum || !HasChecksum(block, checksum))
            return null;
        if (ReadNumber(block.Slice(124, 12)) is not { } size || size < 0)
            return null;
        var path = ReadText(block[..100]);
        var isUstar = block.Slice(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = isUstar ? ReadText(block.Slice(345, 155)) : "";
        return new TarMember(
            prefix.Length > 0 ? $"{prefix}/{path}" : path, (char)block[156], size, ReadText(block.Slice(157, 100)));
    }

    /// <summary>Reads text up to the first NUL, in UTF-8 or else Latin-1.</summary>
    public static string ReadText(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        field = end < 0 ? field : field[..end];
        return Utf8.IsValid(field) ? Encoding.UTF8.GetString(field) : Encoding.Latin1.GetString(field);
    }

    /// <summary>Checks the sum of all bytes, in which the checksum itself counts as spaces. Old programs summed signed
    /// bytes.</summary>
    static bool HasChecksum(ReadOnlySpan<byte> block, long checksum)
    {
        var unsigned = 0L;
        var signed = 0L;
        for (var i = 0; i < Length; i++)
        {
            var value = i is >= ChecksumStart and < ChecksumEnd ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }
        return checksum == unsigned || checksum == signed;
    }

    /// <summary>Reads octal digits padded with spaces and NULs, or GNU's base-256 encoding of large numbers.</summary>
    static long? ReadNumber(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return field[0] == 0x80 ? BinaryPrimitives.ReadInt64BigEndian(field[^8..]) : null;
        var number = 0L;
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit == 0)
                break;
            if (digit is < (byte)'0' or > (byte)'7' || number > long.MaxValue >> 4)
                return null;
            number = number * 8 + (digit - '0');
        }
        return number;
    }
}
