namespace PyRepo.Packaging.Metadata;

/// <summary>The CRC-32 of ZIP and gzip (<see href="https://www.rfc-editor.org/rfc/rfc1952#section-8">RFC
/// 1952</see>).</summary>
static class Crc32
{
    static readonly uint[] _table = [.. Enumerable.Range(0, 256).Select(value => Remainder((uint)value))];

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = _table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }
}
