using System.Buffers;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Tests.Platform.Caching;

public sealed class SegmentedBufferWriterTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(8 * 1024, 100)]
    [InlineData((8 * 1024) + 1, 8 * 1024)]
    [InlineData(500_000, 77)]
    [InlineData(500_000, 70_000)]
    [InlineData(500_000, 500_000)]
    public void Written_bytes_are_returned_in_order(int length, int portion)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var writer = new SegmentedBufferWriter();
        foreach (var part in bytes.Chunk(portion))
            writer.Write(part);
        Assert.Equal(length, writer.Length);
        var pieces = writer.ToSegments();
        Assert.True(bytes.AsSpan().SequenceEqual(pieces.SelectMany(piece => piece.ToArray()).ToArray()));
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, Math.Max(64 * 1024, portion)));
    }

    [Fact]
    public void Requested_space_is_available_and_unused_space_is_not_written()
    {
        var writer = new SegmentedBufferWriter();
        foreach (var size in (int[])[1, 8 * 1024, 100, 200_000, 64 * 1024])
        {
            Assert.True(writer.GetMemory(size).Length >= size);
            writer.GetSpan(size)[0] = 7;
            writer.Advance(1);
        }
        Assert.Equal([7, 7, 7, 7, 7], writer.ToSegments().SelectMany(piece => piece.ToArray()));
    }

    [Fact]
    public void Small_content_takes_little_memory()
    {
        var writer = new SegmentedBufferWriter();
        writer.Write("small"u8);
        var piece = Assert.Single(writer.ToSegments());
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(piece, out var array));
        Assert.Equal(5, array.Array!.Length);
    }

    [Fact]
    public void A_stream_writes_to_the_same_buffer()
    {
        var writer = new SegmentedBufferWriter();
        using (var stream = writer.AsStream())
        {
            stream.Write("ab"u8);
            stream.Write([1, (byte)'c', 2], 1, 1);
            stream.Flush();
            Assert.Equal((3, 3), (stream.Length, stream.Position));
            Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        }
        Assert.Equal("abc"u8.ToArray(), Assert.Single(writer.ToSegments()).ToArray());
    }
}
