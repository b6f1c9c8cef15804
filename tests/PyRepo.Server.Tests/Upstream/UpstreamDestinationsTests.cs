using PyRepo.Server.Upstream;

namespace PyRepo.Server.Tests.Upstream;

public sealed class UpstreamDestinationsTests
{
    const int Management = 8081;

    [Theory]
    [InlineData("https://203.0.113.7/simple/", "203.0.113.8", true)]
    [InlineData("https://203.0.113.7/simple/", "10.0.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "100.64.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "::ffff:192.168.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "fd12::5", false)]
    [InlineData("https://203.0.113.7/simple/", "127.0.0.1", false)]
    [InlineData("https://203.0.113.7/simple/", "::1", false)]
    [InlineData("https://203.0.113.7/simple/", "localhost", false)]
    [InlineData("https://10.0.0.1/simple/", "192.168.0.5", true)]
    [InlineData("https://10.0.0.1/simple/", "127.0.0.1", false)]
    [InlineData("https://127.0.0.1/simple/", "127.0.0.2", true)]
    [InlineData("https://127.0.0.1/simple/", "169.254.169.254", false)]
    public async Task A_link_leads_to_private_addresses_only_if_upstream_has_one(
        string upstream, string host, bool isAllowed)
    {
        Assert.Equal(isAllowed, await IsAllowedAsync(new UpstreamDestinations(Settings(upstream)), host, 443));
        // The same holds if an HTTP proxy is asked.
        var behind = new UpstreamDestinations(Settings(upstream) with { Proxy = new Uri("http://127.0.0.1:3128") });
        var url = new UriBuilder("https", host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host).Uri;
        Assert.Equal(isAllowed, await behind.DenialReasonBehindProxyAsync(url, default) is null);
    }

    [Fact]
    public async Task No_link_leads_to_this_server_itself()
    {
        var destinations = new UpstreamDestinations(Settings("http://127.0.0.1:8000/simple/"));
        Assert.False(await IsAllowedAsync(destinations, "127.0.0.1", Management));
        Assert.False(await IsAllowedAsync(destinations, "::1", Management));
        Assert.True(await IsAllowedAsync(destinations, "127.0.0.1", 8082));
        Assert.True(await IsAllowedAsync(
            new UpstreamDestinations(Settings("http://203.0.113.7/")), "203.0.113.8", Management));
    }

    [Fact]
    public async Task A_private_address_that_the_administrator_lists_is_asked_and_loopback_is_not()
    {
        var settings = Settings("https://203.0.113.7/") with
        {
            EgressPolicy = new EgressPolicy(false, [], ["203.0.113.0/24", "10.0.0.0/8", "127.0.0.0/8"]),
        };
        Assert.True(await IsAllowedAsync(new UpstreamDestinations(settings), "10.0.0.5", 443));
        Assert.False(await IsAllowedAsync(new UpstreamDestinations(settings), "192.168.0.5", 443));
        Assert.False(await IsAllowedAsync(new UpstreamDestinations(settings), "127.0.0.1", 443));
    }

    static async Task<bool> IsAllowedAsync(UpstreamDestinations destinations, string host, int port)
    {
        try
        {
            return (await destinations.FindAsync(host, port, default)).Length > 0;
        }
        catch (UpstreamUnavailableException error)
        {
            Assert.True(error.IsRejection);
            return false;
        }
    }

    static UpstreamSettings Settings(string url)
    {
        var own = new OwnPorts();
        own.Use(8080, Management);
        return new UpstreamSettings
        {
            Url = new Uri(url),
            Timeout = TimeSpan.FromSeconds(30),
            Fingerprint = "",
            OwnPorts = own,
            EgressPolicy = new EgressPolicy(inCluster: false, [], []),
        };
    }
}
