using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

public sealed class Crc32Tests
{
    /// <summary>Answers of Python's <c>zlib.crc32</c>; the data is the bytes
    /// 0, 1, 2, … 250, 0, 1, … to this length.</summary>
    [Theory]
    [InlineData(0, 0x00000000)]
    [InlineData(1, 0xd202ef8d)]
    [InlineData(7, 0xad5809f9)]
    [InlineData(8, 0x88aa689f)]
    [InlineData(15, 0xa06c675e)]
    [InlineData(63, 0xdbdea683)]
    [InlineData(64, 0x100ece8c)]
    [InlineData(65, 0x40c06fd8)]
    [InlineData(79, 0x936b1b98)]
    [InlineData(80, 0xca26c3e1)]
    [InlineData(127, 0xdec481aa)]
    [InlineData(128, 0x24650d57)]
    [InlineData(129, 0xca91cdf7)]
    [InlineData(1000, 0x721746a6)]
    [InlineData(65536, 0x7faa50d3)]
    [InlineData(100003, 0xbce3a8c1)]
    public void The_checksum_is_what_Python_computes(int length, uint expected) =>
        Assert.Equal(expected, Crc32.Compute(Bytes(length)));

    [Fact]
    public void Where_the_data_is_split_does_not_matter()
    {
        var bytes = Bytes(1000);
        for (var at = 0; at <= bytes.Length; at++)
            Assert.Equal(Crc32.Compute(bytes), Crc32.Append(Crc32.Compute(bytes.AsSpan(0, at)), bytes.AsSpan(at)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(1, 1)]
    [InlineData(1000, 65536)]
    [InlineData(100003, 17)]
    public void The_checksum_of_two_parts_follows_from_theirs(int first, int second)
    {
        var bytes = Bytes(first + second);
        var left = bytes.AsSpan(0, first);
        var right = bytes.AsSpan(first);
        Assert.Equal(
            Crc32.Compute(bytes), Crc32.Combine(Crc32.Compute(left), Crc32.Compute(right), right.Length));
    }

    static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
}
