using PyRepo.Server.Caching;

namespace PyRepo.Server.Tests.Caching;

public sealed class MemoryLimitTests
{
    [Theory]
    [InlineData("268435456\n", 268_435_456L)]
    [InlineData("max\n", null)]
    [InlineData("9223372036854771712\n", null)]
    [InlineData("", null)]
    public void The_limit_of_a_control_group_is_read_or_there_is_none(string text, long? expected) =>
        Assert.Equal(expected, MemoryLimit.Parse(text));
}
