using System.Net;
using PyRepo.Egress;

namespace PyRepo.Server.Tests.Egress;

public sealed class EgressPolicyTests
{
    const string NotListed = "it is not among the operator's allowedDestinations";

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("168.63.129.16")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:5601:5601")]
    [InlineData("fd00:ec2::23")]
    public void Link_local_and_metadata_addresses_are_rejected_even_if_they_are_listed(string address) =>
        Assert.NotNull(new EgressPolicy(true, [], ["0.0.0.0/0", "::/0", "metadata"]).DenialReason(
            "metadata", IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("pypi.example.com", "203.0.113.7", null)]
    [InlineData("PYPI.example.com", "203.0.113.7", null)]
    [InlineData("files.cdn.example.org", "203.0.113.7", null)]
    [InlineData("cdn.example.org", "203.0.113.7", NotListed)]
    [InlineData("evilcdn.example.org", "203.0.113.7", NotListed)]
    [InlineData("elsewhere.example", "10.1.2.3", null)]
    [InlineData("elsewhere.example", "::ffff:10.1.2.3", null)]
    [InlineData("elsewhere.example", "192.0.2.9", null)]
    [InlineData("elsewhere.example", "192.0.2.8", NotListed)]
    [InlineData("elsewhere.example", "2001:db8::1", NotListed)]
    public void Only_the_destinations_that_the_administrator_lists_are_allowed(
        string host, string address, string? rule) =>
        Assert.Equal(rule, Listed().DenialReason(host, IPAddress.Parse(address), 443));

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "::")]
    [InlineData("2001:4860::8888", "2001:4860::8888")]
    [InlineData("::10.1.2.3", "10.1.2.3")]
    [InlineData("2002:a01:203::", "10.1.2.3")]
    [InlineData("2001:0:4136:e378:8000:63bf:f5fe:fdfc", "10.1.2.3")]
    public void An_address_in_another_is_judged_by_itself(string address, string plain) =>
        Assert.Equal(IPAddress.Parse(plain), AddressRanges.Plain(IPAddress.Parse(address)));

    [Fact]
    public void A_host_that_an_HTTP_proxy_resolves_is_checked_by_name()
    {
        Assert.Null(Listed().DenialReason("pypi.example.com", 443));
        Assert.Null(Listed().DenialReason("10.0.0.1", 443));
        Assert.Equal(NotListed, Listed().DenialReason("elsewhere.example", 443));
    }

    [Fact]
    public void Without_a_list_any_address_is_allowed_and_loopback_only_outside_a_cluster()
    {
        Assert.Null(new EgressPolicy(false, [], []).DenialReason("localhost", IPAddress.Loopback, 443));
        Assert.NotNull(new EgressPolicy(true, [], []).DenialReason("localhost", IPAddress.Loopback, 443));
        Assert.Null(
            new EgressPolicy(true, [], []).DenialReason("elsewhere.example", IPAddress.Parse("203.0.113.7"), 443));
    }

    static EgressPolicy Listed() => new(true, [], ["pypi.example.com", "*.cdn.example.org", "10.0.0.0/8", "192.0.2.9"]);

    [Fact]
    public void The_clusters_API_server_is_never_allowed() => Assert.NotNull(
        new EgressPolicy(true, [new IPEndPoint(IPAddress.Parse("10.96.0.1"), 0)], ["10.0.0.0/8"])
            .DenialReason("kubernetes.default.svc", IPAddress.Parse("10.96.0.1"), 443));

    [Theory]
    [InlineData(6443, false)]
    [InlineData(80, true)]
    public void Other_ports_on_a_node_of_the_API_server_are_allowed(int port, bool isAllowed) => Assert.Equal(isAllowed,
        new EgressPolicy(true, [IPEndPoint.Parse("192.0.2.10:6443")], [])
            .DenialReason("index.example.com", IPAddress.Parse("192.0.2.10"), port) is null);
}
