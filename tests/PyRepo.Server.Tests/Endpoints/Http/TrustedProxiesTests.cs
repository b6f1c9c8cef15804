using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class TrustedProxiesTests
{
    const string Proxy = "10.0.0.1";

    [Theory]
    [InlineData(Proxy, null, Proxy)]
    [InlineData(Proxy, "192.0.2.7", "192.0.2.7")]
    [InlineData(Proxy, "192.0.2.7:1234", "192.0.2.7")]
    [InlineData(Proxy, "[2001:db8::9]:80", "2001:db8::9")]
    [InlineData(Proxy, "nonsense", Proxy)]
    [InlineData("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7")]
    // What a client invents is to the left of what the proxy adds; a proxy behind another is trusted, too.
    [InlineData(Proxy, "198.51.100.1, 192.0.2.7", "192.0.2.7")]
    [InlineData(Proxy, "198.51.100.1, 192.0.2.7, 10.0.0.2, 10.0.0.3", "192.0.2.7")]
    [InlineData("192.0.2.8", "198.51.100.1", "192.0.2.8")]
    [InlineData("10.1.0.1", "198.51.100.1", "10.1.0.1")]
    [InlineData("fd00::1", "198.51.100.1", "198.51.100.1")]
    public async Task The_client_is_the_last_address_that_no_trusted_proxy_has(
        string connection, string? forwarded, string client)
    {
        var context = await ApplyAsync(connection, ("X-Forwarded-For", forwarded));
        Assert.Equal(IPAddress.Parse(client), context.Connection.RemoteIpAddress);
    }

    [Theory]
    [InlineData(Proxy, "https", "pypi.example.com", "https://pypi.example.com")]
    [InlineData(Proxy, "http, https", "invented, pypi.example.com", "https://pypi.example.com")]
    [InlineData(Proxy, "https", null, "https://localhost:8080")]
    [InlineData(Proxy, "HTTPS", null, "https://localhost:8080")]
    [InlineData(Proxy, "javascript", null, "http://localhost:8080")]
    [InlineData(Proxy, "javascript, https", null, "https://localhost:8080")]
    [InlineData(Proxy, "https, wss", null, "http://localhost:8080")]
    [InlineData(Proxy, null, "a b", "http://localhost:8080")]
    [InlineData(Proxy, null, "a_..b", "http://localhost:8080")]
    [InlineData(Proxy, null, "xn--", "http://localhost:8080")]
    [InlineData(Proxy, null, "xn--, pypi.example.com", "http://localhost:8080")]
    [InlineData("192.0.2.8", "https", "pypi.example.com", "http://localhost:8080")]
    public async Task Scheme_and_host_are_what_the_nearest_proxy_says(
        string connection, string? scheme, string? host, string origin)
    {
        var context = await ApplyAsync(connection, ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host));
        Assert.Equal(origin, $"{context.Request.Scheme}://{context.Request.Host}");
    }

    [Fact]
    public void Without_trusted_proxies_nothing_is_done()
    {
        RequestDelegate next = _ => Task.CompletedTask;
        Assert.Same(next, TrustedProxies.Apply([], next, NullLoggerFactory.Instance));
    }

    static async Task<HttpContext> ApplyAsync(string connection, params (string Name, string? Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        (context.Request.Scheme, context.Request.Host) = ("http", new HostString("localhost:8080"));
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                context.Request.Headers[name] = value;
        }
        await TrustedProxies.Apply(
            [IPNetwork.Parse("10.0.0.0/24"), IPNetwork.Parse("fd00::/8")], _ => Task.CompletedTask,
            NullLoggerFactory.Instance)(context);
        return context;
    }
}
