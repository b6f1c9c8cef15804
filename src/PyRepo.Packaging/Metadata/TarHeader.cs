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

    /// <summary>The largest size of which the end is still a position.</summary>
    public const long MaxSize = long.MaxValue - 2 * Length;

    static readonly Range _sizeField = 124..136;
    static readonly Range _prefixField = 345..500;

    /// <summary>Mode, owner, group, time and device: if one of them is no number, installers take the header for the
    /// archive's end.</summary>
    static readonly Range[] _otherNumbers = [100..108, 108..116, 116..124, 136..148, 329..337, 337..345];

    /// <summary>Reads a header, or returns null if the checksum is wrong.</summary>
    public static TarMember? Read(ReadOnlySpan<byte> block)
    {
        if (TarNumber.Read(block[ChecksumStart..ChecksumEnd]) is not { } checksum || !HasChecksum(block, checksum))
            return null;
        if (TarNumber.Read(block[_sizeField]) is not ({ } size and >= 0 and <= MaxSize))
            return null;
        var path = ReadText(block[..100]);
        var type = (char)block[156];
        // Programs before ustar wrote directories as files.
        if (type == '\0' && path.EndsWith('/'))
            type = '5';
        var prefix = block.Slice(257, 6).SequenceEqual("ustar\0"u8) ? ReadText(block[_prefixField]) : "";
        var member = new TarMember(
            prefix.Length > 0 ? $"{prefix}/{path}" : path, type, size, ReadText(block.Slice(157, 100)), null);
        return member with { Problem = Problem(block, member) };
    }

    /// <summary>Reads text up to the first NUL, in UTF-8 or else Latin-1.</summary>
    public static string ReadText(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Decode(end < 0 ? field : field[..end]);
    }

    /// <summary>Decodes text in UTF-8 or else Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text);

    static string? Problem(ReadOnlySpan<byte> block, TarMember member)
    {
        if (TarNumber.IsBase256(block[_sizeField]))
            return "has a size that is not octal";
        foreach (var field in _otherNumbers)
        {
            if (TarNumber.Read(block[field]) is null or < 0)
                return "has a field in its header that is no number";
        }
        if (!block.Slice(257, 8).SequenceEqual("ustar\000"u8) && block[345] != 0)
            return "has a prefix, which is not part of its format";
        if (member.IsExtension)
            return null;
        if (member.Type is '3' or '4' or '6')
            return "is a device or a named pipe";
        if (member.Type is not ('0' or '\0' or '1' or '2' or '5'))
            return $"has the type 0x{(int)member.Type:x2}, which installers do not know alike";
        return member.Size > 0 && member.DataLength == 0 ? "is a link or directory, but has a size" : null;
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
}

/// <summary>The numbers of a tar header, read like Python's <c>tarfile</c> reads them.</summary>
static class TarNumber
{
    /// <summary>Reads octal digits up to a NUL, with spaces around them, or GNU's base-256 encoding. Returns null for
    /// other text, and for numbers of more than 63 bits.</summary>
    public static long? Read(ReadOnlySpan<byte> field)
    {
        if (IsBase256(field))
            return ReadBase256(field);
        var end = field.IndexOf((byte)0);
        field = (end < 0 ? field : field[..end]).Trim((byte)' ');
        var number = 0L;
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7' || number > long.MaxValue >> 4)
                return null;
            number = number * 8 + (digit - '0');
        }
        return number;
    }

    public static bool IsBase256(ReadOnlySpan<byte> field) => field[0] is 0x80 or 0xFF;

    static long? ReadBase256(ReadOnlySpan<byte> field)
    {
        var number = field.Length > sizeof(long)
            ? BinaryPrimitives.ReadInt64BigEndian(field[^sizeof(long)..])
            : ReadShort(field);
        var sign = number < 0 ? (byte)0xFF : (byte)0;
        var isSmall = field.Length <= sizeof(long) || !field[1..^sizeof(long)].ContainsAnyExcept(sign);
        return isSmall && (number < 0) == (field[0] == 0xFF) ? number : null;
    }

    static long ReadShort(ReadOnlySpan<byte> field)
    {
        long number = field[0] == 0xFF ? -1 : 0;
        foreach (var value in field[1..])
            number = number << 8 | value;
        return number;
    }
}
