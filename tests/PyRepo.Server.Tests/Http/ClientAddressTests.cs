using System.Net;
using PyRepo.Server.Http;

namespace PyRepo.Server.Tests.Http;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "192.0.2.7", "192.0.2.7")]
    [InlineData("10.0.0.1", "192.0.2.7:1234", "192.0.2.7")]
    [InlineData("10.0.0.1", "nonsense", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "2001:db8:1:2:3:4:5:6", "20010db800010002")]
    [InlineData("10.0.0.1", "[2001:db8:1:2::9]:80", "20010db800010002")]
    public void It_is_what_the_ingress_reports_or_the_other_end_of_the_connection(
        string connection, string? forwarded, string expected) =>
        Assert.Equal(expected, ClientAddress.Of(IPAddress.Parse(connection), forwarded));
}
