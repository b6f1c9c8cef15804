namespace PyRepo.Packaging.Metadata;

/// <summary>Makes one CRC-32 of two (<see href="https://www.rfc-editor.org/rfc/rfc1952#section-8">RFC 1952</see>): parts
/// of a page are compressed, and their checksums computed, once.</summary>
/// <remarks>A CRC is a remainder in the ring of polynomials over GF(2). That of the first bytes is multiplied by
/// x for each bit that follows.</remarks>
public static class Crc32Combination
{
    const uint Polynomial = 0xEDB88320;

    /// <summary>The polynomial 1.</summary>
    const uint One = 1u << 31;

    /// <summary>Returns the CRC of bytes with one CRC followed by bytes with another.</summary>
    /// <param name="first">The CRC of the first bytes.</param>
    /// <param name="second">The CRC of the bytes after them.</param>
    /// <param name="length">The number of the bytes after them.</param>
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
}
