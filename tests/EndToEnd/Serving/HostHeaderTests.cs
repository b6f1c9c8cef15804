using System.Net;

namespace EndToEnd.Serving;

/// <summary>A request that names what can be no host is refused, wherever that is seen.</summary>
public sealed class HostHeaderTests(HostHeaderTests.BehindProxy fixture) : IClassFixture<HostHeaderTests.BehindProxy>
{
    readonly PyRepoServer _server = fixture.Server;

    [Theory]
    [InlineData("xn--")]
    [InlineData("xn--:80")]
    [InlineData("www.xn--99999999999.example")]
    [InlineData("a_..b")]
    public async Task An_invalid_host_is_refused_on_every_route(string host)
    {
        // HttpClient adds a host of its own to one that it cannot read.
        await using var connection = await RawConnection.OpenAsync(_server);
        foreach (var path in (string[])
            ["", "team/", "team/simple/", "team/pypi/demo/json", "_/oidc/audience", "nothing/"])
        {
            await connection.SendHeadAsync($"GET /{path} HTTP/1.1", $"Host: {host}");
            Assert.Equal(400, (await connection.ReadAnswerAsync()).Status);
        }
        Assert.DoesNotContain("   at ", _server.LogText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xn--")]
    [InlineData("xn--:80")]
    public async Task The_management_port_refuses_an_invalid_host(string host)
    {
        Assert.Equal(
            HttpStatusCode.Forbidden, await StatusOfAsync(new Uri(_server.Management, "healthz/live"), ("Host", host)));
        Assert.DoesNotContain("   at ", _server.LogText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xn--")]
    [InlineData("a_..b")]
    [InlineData("a.example, xn--")]
    public async Task An_invalid_forwarded_host_is_ignored(string host)
    {
        var team = _server.IndexOf("team");
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(team, ("X-Forwarded-Host", host)));
        Assert.Equal(
            HttpStatusCode.OK, await StatusOfAsync(team, ("X-Forwarded-Host", host), ("X-Forwarded-For", "192.0.2.7")));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            await StatusOfAsync(team, ("X-Forwarded-Host", "good.example"), ("Host", "xn--")));
        Assert.DoesNotContain("   at ", _server.LogText(), StringComparison.Ordinal);
    }

    /// <summary>A page of another site whose own name leads to this machine, for a moment.</summary>
    [Fact]
    public async Task DNS_rebinding_reads_and_changes_nothing_on_a_laptop()
    {
        await using var server = await PyRepoServer.StartAsync(
            Manifest.Create("team") + "---\n" + Manifest.Create("named", "{ ingress: { host: pypi.example } }"));
        foreach (var path in (string[])["", "team/", "team/simple/", "named/simple/"])
        {
            var url = new Uri(server.Url, path);
            foreach (var host in (string[])[
                "evil.example", $"evil.example:{server.Url.Port}", "localhost.evil.example"])
                Assert.Equal(HttpStatusCode.Forbidden, await StatusOfAsync(url, ("Host", host)));
            foreach (var host in (string[])["localhost", "team.localhost:80", server.Url.Authority, "pypi.example"])
                Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(url, ("Host", host)));
        }
        using var form = TwineForm.From(TestWheel.Create("demo", "1.0"));
        using var request = new HttpRequestMessage(HttpMethod.Post, server.GetUrl("team")) { Content = form };
        request.Headers.Authorization = TwineForm.Publisher(server, "team");
        request.Headers.Host = "evil.example";
        using var refused = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("--trusted-proxy", refused.ReasonPhrase, StringComparison.Ordinal);
    }

    async Task<HttpStatusCode> StatusOfAsync(Uri url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>A server that believes what this machine forwards.</summary>
    public sealed class BehindProxy() : RunningServer(Manifest.Create("team"), "--trusted-proxy", "127.0.0.1");
}
