using PyRepo.Server.Endpoints.Files;

namespace PyRepo.Server.Tests.Endpoints.Files;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 100, 0, 1)]
    [InlineData("bytes=0-99", 100, 0, 100)]
    [InlineData("bytes=10-19", 100, 10, 10)]
    [InlineData("bytes=90-", 100, 90, 10)]
    [InlineData("bytes=0-", 100, 0, 100)]
    [InlineData("bytes=90-1000", 100, 90, 10)]
    [InlineData("bytes=0-9223372036854775807", 100, 0, 100)]
    [InlineData("bytes=-10", 100, 90, 10)]
    [InlineData("bytes=-100", 100, 0, 100)]
    [InlineData("bytes=-1000", 100, 0, 100)]
    [InlineData("bytes= 10-19 ", 100, 10, 10)]
    [InlineData("bytes=5000000000-5000000009", 6000000000, 5000000000, 10)]
    public void A_part_is_cut_to_what_there_is(string header, long length, long offset, long count) =>
        Assert.Equal(new ByteRange(offset, count), ByteRange.Parse(header, length));

    [Theory]
    [InlineData("bytes=100-", 100)]
    [InlineData("bytes=100-200", 100)]
    [InlineData("bytes=-0", 100)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=-5", 0)]
    public void A_part_outside_has_no_bytes(string header, long length) =>
        Assert.Equal(0, ByteRange.Parse(header, length)!.Value.Count);

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=9-5")]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=0-99999999999999999999")]
    public void A_header_without_exactly_one_valid_range_gets_the_whole_file(string header) =>
        Assert.Null(ByteRange.Parse(header, 100));

    [Fact]
    public void The_response_names_its_part()
    {
        Assert.Equal("bytes 10-19/100", new ByteRange(10, 10).ToContentRange(100));
        Assert.Equal("bytes */100", new ByteRange(0, 0).ToContentRange(100));
    }

    [Theory]
    [InlineData("\"tag\"", true)]
    [InlineData("W/\"tag\"", false)]
    [InlineData("\"other\"", false)]
    [InlineData("Sun, 01 Mar 2026 12:00:00 GMT", true)]
    [InlineData("Sun, 01 Mar 2026 12:00:01 GMT", false)]
    [InlineData("yesterday", false)]
    [InlineData("", false)]
    public void A_part_is_sent_only_of_the_version_that_the_client_has(string ifRange, bool expected) => Assert.Equal(
        expected,
        ByteRange.IsCurrent(ifRange, "\"tag\"", new DateTimeOffset(2026, 3, 1, 12, 0, 0, 700, TimeSpan.Zero)));
}
