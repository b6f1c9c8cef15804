using System.Net;
using System.Net.Sockets;
using PyRepo.Egress;

namespace PyRepo.Server.Tests.Egress;

public sealed class UpstreamDestinationsTests
{
    const int Management = 8081;

    [Theory]
    [InlineData("https://203.0.113.7/simple/", "203.0.113.8", true)]
    [InlineData("https://203.0.113.7/simple/", "10.0.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "100.64.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "::ffff:192.168.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "fd12::5", false)]
    [InlineData("https://203.0.113.7/simple/", "240.10.0.5", false)]
    [InlineData("https://203.0.113.7/simple/", "64:ff9b:1::a00:5", false)]
    [InlineData("https://index.example/simple/", "files.example", true)]
    [InlineData("https://index.example/simple/", "victim.team.svc.cluster.local", false)]
    [InlineData("https://index.example/simple/", "victim.team", false)]
    [InlineData("https://index.example/simple/", "sneaky.example", false)]
    [InlineData("https://index.example/simple/", "node.example", false)]
    [InlineData("https://index.example/simple/", "INDEX.example", true)]
    [InlineData("https://index.corp/simple/", "files.corp", true)]
    [InlineData("https://index.corp/simple/", "files.example", true)]
    [InlineData("https://index.corp/simple/", "node.example", false)]
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
    public async Task A_host_that_only_the_HTTP_proxy_knows_is_left_to_it()
    {
        var behind = new UpstreamDestinations(
            Settings("https://index.unknown/simple/") with { Proxy = new Uri("http://127.0.0.1:3128") });
        Assert.Null(await behind.DenialReasonBehindProxyAsync(new Uri("https://files.unknown/a.whl"), default));
        // Nothing says that this upstream is in a private network.
        Assert.Equal(
            "only an upstream with a private address may link to one",
            await behind.DenialReasonBehindProxyAsync(new Uri("https://files.corp/a.whl"), default));
    }

    [Fact]
    public async Task A_host_with_a_public_and_a_private_address_is_connected_to_at_the_public_one()
    {
        var found = await new UpstreamDestinations(Settings("https://index.example/simple/"))
            .FindAsync("both.example", 443, default);
        Assert.Equal(["203.0.113.9"], found.Select(address => $"{address}"));
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
            Resolve = ResolveAsync,
        };
    }

    static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        string[] addresses = host.ToLowerInvariant() switch
        {
            "index.example" => ["203.0.113.7"],
            "files.example" => ["203.0.113.8", "2001:db8::8"],
            "both.example" => ["10.96.3.4", "203.0.113.9"],
            "victim.team.svc.cluster.local" or "victim.team" or "sneaky.example" => ["10.96.3.4"],
            "node.example" => ["127.0.0.1"],
            "index.corp" => ["10.0.0.1"],
            "files.corp" => ["10.0.0.2"],
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
        return Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);
    }
}
