using System.IO.Hashing;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

public sealed class Crc32CombinationTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(1, 1)]
    [InlineData(1000, 65536)]
    [InlineData(100003, 17)]
    public void The_checksums_of_two_parts_combine_into_that_of_the_whole(int first, int second)
    {
        var bytes = Bytes(first + second);
        var (left, right) = (Crc32.HashToUInt32(bytes.AsSpan(0, first)), Crc32.HashToUInt32(bytes.AsSpan(first)));
        Assert.Equal(Crc32.HashToUInt32(bytes), Crc32Combination.Combine(left, right, second));
    }

    /// <summary>An answer of Python's <c>zlib.crc32</c>.</summary>
    [Fact]
    public void The_checksum_is_what_Python_computes() =>
        Assert.Equal(0xbce3a8c1, Crc32.HashToUInt32(Bytes(100003)));

    static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
}
