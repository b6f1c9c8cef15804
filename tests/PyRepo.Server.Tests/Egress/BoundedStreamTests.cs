using System.IO.Compression;
using PyRepo.Egress;

namespace PyRepo.Server.Tests.Egress;

public sealed class BoundedStreamTests
{
    [Fact]
    public async Task A_stream_that_decompresses_to_more_than_the_limit_is_rejected_before_all_of_it_is_decompressed()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            await gzip.WriteAsync(new byte[3 << 20]);
        packed.Position = 0;
        await using var bounded = new BoundedStream(new GZipStream(packed, CompressionMode.Decompress), 1 << 20);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => bounded.CopyToAsync(Stream.Null));
        Assert.Equal("It has more than 1 MiB.", error.Message);
        Assert.InRange(bounded.Position, 1 << 20, 2 << 20);
    }

    [Fact]
    public async Task A_stream_that_reaches_the_limit_exactly_is_read_completely()
    {
        await using var bounded = new BoundedStream(new MemoryStream([1, 2, 3]), 3);
        using var read = new MemoryStream();
        await bounded.CopyToAsync(read);
        Assert.Equal([1, 2, 3], read.ToArray());
    }
}
