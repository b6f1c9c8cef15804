using System.Buffers.Binary;

namespace PyRepo.Packaging.Metadata;

/// <summary>The CRC-32 of ZIP and gzip (<see href="https://www.rfc-editor.org/rfc/rfc1952#section-8">RFC
/// 1952</see>), many bytes at a time: an upload's members are all checked.</summary>
public static class Crc32
{
    const int Slices = 8;
    const uint Polynomial = 0xEDB88320;

    /// <summary>The polynomial 1.</summary>
    const uint One = 1u << 31;

    static readonly uint[][] _tables = Tables();

    /// <summary>Returns the CRC of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Returns the CRC of earlier bytes followed by these.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        if (Crc32Folding.IsSupported && bytes.Length >= Crc32Folding.MinLength)
        {
            Span<byte> rest = stackalloc byte[Crc32Folding.RestLength];
            var folded = Crc32Folding.Fold(crc, bytes, rest);
            crc = Continue(Continue(0, rest), bytes[folded..]);
        }
        else
        {
            crc = Continue(crc, bytes);
        }
        return ~crc;
    }

    /// <summary>Returns the CRC of bytes with one CRC followed by bytes with another.</summary>
    /// <param name="first">The CRC of the first bytes.</param>
    /// <param name="second">The CRC of the bytes after them.</param>
    /// <param name="length">The number of the bytes after them.</param>
    /// <remarks>A CRC is a remainder in the ring of polynomials over GF(2). That of the first bytes is multiplied by
    /// x for each bit that follows.</remarks>
    public static uint Combine(uint first, uint second, long length)
    {
        var shift = One;
        for (var (power, bits) = (One >> 1, 8 * (ulong)length); bits > 0; bits >>= 1, power = Multiply(power, power))
        {
            if ((bits & 1) != 0)
                shift = Multiply(shift, power);
        }
        return Multiply(shift, first) ^ second;
    }

    /// <summary>Multiplies two polynomials, whose highest bit is that of x to the power of 0.</summary>
    static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (var bit = One; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
                product ^= b;
            b = (b & 1) != 0 ? Polynomial ^ (b >> 1) : b >> 1;
        }
        return product;
    }

    static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = _tables[7][(byte)low] ^ _tables[6][(byte)(low >> 8)]
                ^ _tables[5][(byte)(low >> 16)] ^ _tables[4][low >> 24]
                ^ _tables[3][(byte)high] ^ _tables[2][(byte)(high >> 8)]
                ^ _tables[1][(byte)(high >> 16)] ^ _tables[0][high >> 24];
        }
        foreach (var value in bytes)
            crc = _tables[0][(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    /// <summary>The remainders of each byte, followed by 0 to 7 zero bytes.</summary>
    static uint[][] Tables()
    {
        var tables = new uint[Slices][];
        tables[0] = [.. Enumerable.Range(0, 256).Select(value => Remainder((uint)value))];
        for (var slice = 1; slice < Slices; slice++)
            tables[slice] = [.. tables[slice - 1].Select(crc => tables[0][(byte)crc] ^ (crc >> 8))];
        return tables;
    }

    static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
        return value;
    }
}
