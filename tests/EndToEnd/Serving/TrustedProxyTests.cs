using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Serving;

/// <summary>What a proxy says about a client counts if the proxy is trusted.</summary>
public sealed class TrustedProxyTests : IAsyncLifetime
{
    const string Team = "team";
    const string Forged = "198.51.100.7";

    /// <summary>Another address of this machine than the proxy's.</summary>
    static readonly IPAddress _client = IPAddress.Parse("127.0.0.9");

    readonly TlsFiles _tls = new();
    readonly HttpClient _http;
    PyRepoServer _server = null!;

    public TrustedProxyTests() => _http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = { CertificateChainPolicy = TlsFiles.TrustIn(_tls.Authority) },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(_client, 0));
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public async ValueTask InitializeAsync() => _server =
        await PyRepoServer.StartAsync(
            Manifest.Create(Team), "--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _tls.Dispose();
    }

    [Fact]
    public async Task Behind_nginx_client_addresses_secure_cookies_and_forms_of_older_browsers_work()
    {
        Assert.SkipUnless(Nginx.IsInstalled, "nginx is missing: apt-get install nginx-light.");
        using var nginx = await Nginx.StartAsync(_server.Url, _tls, _http);
        var team = new Uri(nginx.Url, $"{Team}/");
        using var session = await LogInAsync(team, _server.GetPassword(Team));
        Assert.Equal(HttpStatusCode.SeeOther, session.StatusCode);
        Assert.Contains(
            "; secure", Assert.Single(session.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        using var wrong = await LogInAsync(team, "wrong");
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        await _server.MustLogAsync($"from {_client}: ");
        Assert.DoesNotContain(Forged, _server.LogText(), StringComparison.Ordinal);
        var wheel = TestWheel.Create("demo", "1.0", payload: 3 << 20);
        using var upload = await TwineForm.SendAsync(
            _http, team, TwineForm.From(wheel), TwineForm.Publisher(_server, Team));
        Assert.Equal(HttpStatusCode.OK, upload.StatusCode);
        Assert.Contains(
            $"{nginx.Url}{Team}/",
            await _http.GetStringAsync(new Uri(team, "pypi/demo/json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_of_untrusted_clients_are_ignored()
    {
        var team = _server.GetUrl(Team);
        using var session = await LogInAsync(team, _server.GetPassword(Team), ("X-Forwarded-Proto", "https"));
        Assert.DoesNotContain(
            "secure", Assert.Single(session.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        using var wrong = await LogInAsync(team, "wrong");
        await _server.MustLogAsync($"from {_client}: ");
        Assert.DoesNotContain(Forged, _server.LogText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("nginx")]
    public async Task An_invalid_proxy_address_is_refused(string text)
    {
        var result = await PyRepoProgram.RunAsync("serve", "-f", _server.ManifestFile, "--trusted-proxy", text);
        Assert.NotEqual(0, result.ExitCode);
        result.MustSay($"--trusted-proxy: '{text}' is not an address or a CIDR such as 10.0.0.0/8.");
    }

    /// <summary>Logs in as an older browser does, which sends where a form is from and no <c>Sec-Fetch-Site</c>.</summary>
    async Task<HttpResponseMessage> LogInAsync(Uri team, string password, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(team, "login/"));
        request.Content = new FormUrlEncodedContent([new("user", "publisher"), new("password", password)]);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Origin", team.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("X-Forwarded-For", Forged);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await _http.SendAsync(request);
    }
}
