using System.Net;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    public void An_IPv6_client_is_identified_by_its_network(string address, string expected) =>
        Assert.Equal(expected, ClientAddress.Get(IPAddress.Parse(address)));
}
