using System.Net;
using PyRepo.Server.Platform.Connections;

namespace PyRepo.Server.Tests.Platform.Connections;

public sealed class ConnectionCountsTests
{
    [Fact]
    public void An_address_gets_half_of_what_others_leave_and_others_find_room()
    {
        var counts = new ConnectionCounts(new ConnectionLimit(100, "test"));
        Assert.Equal(50, OpenAll(counts, "192.0.2.1"));
        Assert.Equal(25, OpenAll(counts, "192.0.2.2"));
        Assert.Equal(13, OpenAll(counts, "192.0.2.3"));
        Assert.Equal(1, OpenAll(counts, "192.0.2.4", most: 1));
    }

    [Fact]
    public void The_last_connection_is_reserved_for_an_address_that_has_none()
    {
        var counts = new ConnectionCounts(new ConnectionLimit(3, "test"));
        foreach (var host in (string[])["192.0.2.1", "192.0.2.2", "192.0.2.3"])
            Assert.Equal(1, OpenAll(counts, host, most: 1));
        Assert.Equal(ConnectionVerdict.TooMany, counts.TryOpen(IPAddress.Parse("192.0.2.4"), out var open));
        Assert.Equal(3, open);
    }

    [Fact]
    public void A_closed_connection_makes_room_for_another_of_its_address()
    {
        var counts = new ConnectionCounts(new ConnectionLimit(8, "test"));
        var address = IPAddress.Parse("192.0.2.1");
        Assert.Equal(4, OpenAll(counts, "192.0.2.1"));
        Assert.Equal(ConnectionVerdict.TooManyOfAddress, counts.TryOpen(address, out var own));
        Assert.Equal(4, own);
        counts.Close(address);
        Assert.Equal(1, OpenAll(counts, "192.0.2.1"));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void All_addresses_available_to_one_client_count_as_one(string one, string other, bool isOne)
    {
        var counts = new ConnectionCounts(new ConnectionLimit(8, "test"));
        Assert.Equal(isOne, Equals(counts.GetAddress(IPAddress.Parse(one)), counts.GetAddress(IPAddress.Parse(other))));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("::ffff:192.0.2.1")]
    public void A_proxy_in_front_of_the_server_may_have_all_of_them(string client)
    {
        var proxy = IPAddress.Parse("192.0.2.1");
        var counts = new ConnectionCounts(new ConnectionLimit(8, "test") { IsShared = proxy.Equals });
        Assert.Equal(8, OpenAll(counts, client));
    }

    /// <summary>Opens as many as an address may have.</summary>
    static int OpenAll(ConnectionCounts counts, string host, int most = int.MaxValue)
    {
        var address = counts.GetAddress(IPAddress.Parse(host));
        var opened = 0;
        while (opened < most && counts.TryOpen(address, out _) is ConnectionVerdict.Open)
            opened++;
        return opened;
    }
}
