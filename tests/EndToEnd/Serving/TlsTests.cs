using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>A server that serves packages over TLS without an Ingress.</summary>
[Trait("Calendar", "later")]
public sealed class TlsTests : IDisposable
{
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0", payload: 5 << 20);

    readonly TlsFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Pages_uploads_files_and_ranges_work_over_TLS_with_https_links()
    {
        await using var server = await StartAsync();
        Assert.Equal("https", server.Url.Scheme);
        await server.MustTakeAsync("team", _wheel);
        Assert.True(await server.ServesAsync("team", _wheel));
        Assert.Contains("demo", await server.Http.GetStringAsync(server.IndexOf("team")), StringComparison.Ordinal);
        var file = (await ProjectPage.ReadAsync(server, "team", "demo"))!.Find(_wheel.FileName)!;
        foreach (var (from, to) in (IEnumerable<(int, int)>)
            [(0, 0), (100, 199), (1_000_000, 4_999_999), (5 << 20, _wheel.Bytes.Length - 1)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file.Url);
            request.Headers.Range = new(from, to);
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
            Assert.Equal(_wheel.Bytes[from..(to + 1)], await answer.Content.ReadAsByteArrayAsync());
        }
        Assert.Contains(
            $"\"url\":\"{server.GetUrl("team")}packages/",
            await server.Http.GetStringAsync(new Uri(server.GetUrl("team"), "pypi/demo/json")),
            StringComparison.Ordinal);
        await server.MustPrintAsync($"pip install --index-url {server.IndexOf("team")} PROJECT");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(new Uri(server.Management, "status"))).StatusCode);
        Assert.Equal(0, await server.StopAsync());
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_TLS_are_supported(SslProtocols version)
    {
        await using var server = await StartAsync();
        await using var client = await ConnectAsync(server, version);
        Assert.Equal(version, client.SslProtocol);
        Assert.Equal(SslApplicationProtocol.Http11, client.NegotiatedApplicationProtocol);
    }

    /// <summary>The name localhost is that of all servers of the machine.</summary>
    [Fact]
    public async Task A_browser_that_came_over_TLS_does_not_come_without_it_any_more()
    {
        await using var server = await StartAsync();
        foreach (var (host, isTold) in ((string, bool)[])
            [("pypi.example.com", true), ("localhost", false), (server.Url.Authority, false)])
        {
            await using var client = await ConnectAsync(server, SslProtocols.None);
            await client.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET /team/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            using var reader = new StreamReader(client);
            var answer = await reader.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
            const string header = "\r\nStrict-Transport-Security: max-age=31536000\r\n";
            Assert.Equal(isTold, answer.Contains(header, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Signing_in_over_TLS_makes_a_cookie_that_nothing_without_TLS_can_set()
    {
        await using var server = await StartAsync();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["user"] = "publisher",
            ["password"] = server.GetPassword("team"),
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.GetUrl("team"), "login/"))
        {
            Content = form,
            Headers = { { "Sec-Fetch-Site", "same-origin" } },
        };
        using var answer = await server.Http.SendAsync(request);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(
            each => each.Contains("pyrepo-session-team", StringComparison.Ordinal));
        Assert.StartsWith("__Secure-pyrepo-session-team=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        using var page = new HttpRequestMessage(HttpMethod.Get, server.GetUrl("team"))
        {
            Headers = { { "Cookie", cookie.Split(';')[0] } },
        };
        using var shown = await server.Http.SendAsync(page);
        Assert.Contains("Sign out", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_HTTP_request_is_neither_answered_nor_logged()
    {
        await using var server = await StartAsync();
        await using (var plain = await RawConnection.OpenAsync(server))
        {
            await plain.SendHeadAsync("GET /team/simple/ HTTP/1.1", $"Host: {server.Url.Authority}");
            Assert.True(await plain.WaitForEndAsync() < 16);
        }
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team/simple/"));
        Assert.DoesNotContain("Kestrel", server.LogText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_never_finishes_its_handshake_is_disconnected()
    {
        await using var server = await StartAsync();
        await using var silent = await RawConnection.OpenAsync(server);
        await using var slow = await RawConnection.OpenAsync(server);
        // The beginning of a record of 256 bytes with a client's hello.
        await slow.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x01, 0x00, 0x01 });
        Assert.Equal(0, await silent.WaitForEndAsync());
        Assert.True(await slow.WaitForEndAsync() < 16);
    }

    [Fact]
    public async Task A_changed_certificate_is_used_without_a_restart_while_a_download_runs()
    {
        await using var server = await StartAsync();
        // More than the kernel keeps.
        var wheel = TestWheel.Create("large", "1.0", payload: 20 << 20);
        await server.MustTakeAsync("team", wheel);
        var before = await ThumbprintAsync(server);
        await using var download = await ConnectAsync(server, SslProtocols.None, receiveBuffer: 64 * 1024);
        await SendGetAsync(download, server, wheel);

        var changed = _files.Replace(_files.Make());
        Assert.NotEqual(before, changed);
        await Eventually.IsAsync("the new certificate is used", changed, () => ThumbprintAsync(server));
        var answer = new byte[wheel.Bytes.Length + 4096];
        var read = await download.ReadAtLeastAsync(answer, wheel.Bytes.Length);
        read += await download.ReadAtLeastAsync(answer.AsMemory(read), answer.Length - read, throwOnEndOfStream: false);
        Assert.Equal(wheel.Bytes, answer[(read - wheel.Bytes.Length)..read]);
        using var used = X509CertificateLoader.LoadCertificateFromFile(_files.Certificate);
        var expires = used.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await server.MustLogAsync($"It expires on {expires}");
    }

    [Fact]
    public async Task An_incomplete_pair_leaves_the_last_certificate_in_use_and_is_logged_once()
    {
        await using var server = await StartAsync();
        var before = await ThumbprintAsync(server);
        var pair = _files.Make();
        File.WriteAllText(_files.Certificate, pair.Certificate);
        await Eventually.IsAsync("the problem is logged", () => Task.FromResult(Rejections(server) == 1));
        await server.MustLogAsync("does not belong to the first certificate");
        Assert.Equal(before, await ThumbprintAsync(server));

        File.Delete(_files.Key);
        await Eventually.IsAsync("the next problem is logged", () => Task.FromResult(Rejections(server) == 2));
        Assert.Equal(before, await ThumbprintAsync(server));
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team/simple/"));

        _files.Replace(pair);
        await Eventually.IsAsync("the whole pair is used", pair.Thumbprint, () => ThumbprintAsync(server));
        Assert.Equal(2, Rejections(server));
        Assert.DoesNotContain("PRIVATE KEY", server.LogText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_disconnects_during_a_download_leaves_nothing_behind()
    {
        await using var server = await StartAsync();
        await server.MustTakeAsync("team", _wheel);
        var open = Open(server);
        for (var i = 0; i < 20; i++)
        {
            using var client = await ConnectAsync(server, SslProtocols.Tls13);
            await SendGetAsync(client, server, _wheel);
            await client.ReadExactlyAsync(new byte[1000]);
        }
        await Eventually.IsAsync("all is closed", () => Task.FromResult(Open(server)), now => now <= open);
        Assert.True(await server.ServesAsync("team", _wheel));
        Assert.DoesNotContain("\"Error\"", server.LogText(), StringComparison.Ordinal);
    }

    Task<PyRepoServer> StartAsync() => PyRepoServer.StartWithTlsAsync(Manifest.Create("team"), _files);

    static int Rejections(PyRepoServer server) =>
        server.LogText().Split("\"EventId\":612,", StringSplitOptions.None).Length - 1;

    /// <summary>How many connections and files of the repository are open.</summary>
    static int Open(PyRepoServer server) => Directory.GetFiles($"/proc/{server.ProcessId}/fd")
        .Select(fd => new FileInfo(fd).LinkTarget ?? "")
        .Count(target => target.StartsWith("socket:", StringComparison.Ordinal)
            || target.EndsWith(".whl", StringComparison.Ordinal));

    /// <summary>The certificate that a new connection gets.</summary>
    async Task<string> ThumbprintAsync(PyRepoServer server)
    {
        await using var client = await ConnectAsync(server, SslProtocols.None);
        using var certificate = new X509Certificate2(client.RemoteCertificate!);
        return certificate.Thumbprint;
    }

    /// <summary>Asks for a file, after which the server closes the connection.</summary>
    static ValueTask SendGetAsync(SslStream client, PyRepoServer server, TestWheel wheel) => client.WriteAsync(
        Encoding.ASCII.GetBytes(
            $"GET /team/packages/{wheel.Project}/{wheel.FileName} HTTP/1.1\r\n"
            + $"Host: {server.Url.Authority}\r\nConnection: close\r\n\r\n"));

    async Task<SslStream> ConnectAsync(PyRepoServer server, SslProtocols version, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(server.Url.Host, server.Url.Port);
        var client = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = server.Url.Host,
            EnabledSslProtocols = version,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            CertificateChainPolicy = TlsFiles.TrustIn(_files.Authority),
        });
        return client;
    }
}
