using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Tests.Platform.Caching;

public sealed class MemoryLimitTests
{
    [Theory]
    [InlineData("268435456\n", 268_435_456L)]
    [InlineData("max\n", null)]
    [InlineData("9223372036854771712\n", null)]
    [InlineData("", null)]
    public void The_limit_of_a_control_group_is_read_or_there_is_none(string text, long? expected) =>
        Assert.Equal(expected, MemoryLimit.Parse(text));

    [Theory]
    [InlineData("0::/system.slice/pyrepo.service\n",
        "/sys/fs/cgroup/system.slice/pyrepo.service/memory.max", "/sys/fs/cgroup/system.slice/memory.max")]
    [InlineData("0::/\n")]
    [InlineData("4:memory:/docker/1\n")]
    [InlineData("")]
    public void The_limit_is_that_of_the_process_own_group_or_of_one_above_it(string groups, params string[] above) =>
        Assert.Equal(
            [.. above, "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"],
            MemoryLimit.GetFiles(groups));
}
