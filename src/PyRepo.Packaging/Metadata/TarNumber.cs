using System.Buffers.Binary;

namespace PyRepo.Packaging.Metadata;

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
