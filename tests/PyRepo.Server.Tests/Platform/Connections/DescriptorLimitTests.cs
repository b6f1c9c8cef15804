using PyRepo.Server.Platform.Connections;

namespace PyRepo.Server.Tests.Platform.Connections;

public sealed class DescriptorLimitTests
{
    [Theory]
    [InlineData(0, 8)]
    [InlineData(64, 8)]
    [InlineData(256, 8)]
    [InlineData(1024, 200)]
    [InlineData(4096, 968)]
    [InlineData(1_048_576, 2000)]
    [InlineData(ulong.MaxValue, 2000)]
    public void Every_connection_may_need_four_descriptors_and_the_rest_of_the_server_some(
        ulong descriptors, int connections) =>
        Assert.Equal(connections, DescriptorLimit.ConnectionsFor(descriptors));
}
