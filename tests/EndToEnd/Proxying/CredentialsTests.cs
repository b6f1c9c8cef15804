using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>What an upstream is told, and by which way: credentials, trust, and an HTTP proxy.</summary>
public sealed class CredentialsTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    const string User = "reader";
    const string Password = "up:stréam";
    ScriptedUpstream _upstream = null!;
    ScriptedUpstream _elsewhere = null!;
    PyRepoServer? _server;

    public async ValueTask InitializeAsync() =>
        (_upstream, _elsewhere) = (await ScriptedUpstream.StartAsync(), await ScriptedUpstream.StartAsync());

    public async ValueTask DisposeAsync()
    {
        _server?.ShowLog(output);
        if (_server is not null)
            await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        await _elsewhere.DisposeAsync();
    }

    [Fact]
    public async Task Credentials_are_sent_only_to_the_origin_in_the_Secret_not_to_its_links_or_redirects()
    {
        var (linked, redirected) = (ScriptedFile.Wheel("one", "1.0"), ScriptedFile.Wheel("one", "2.0"));
        var own = ScriptedFile.Wheel("one", "3.0");
        linked = linked with { Url = $"{_elsewhere.Url}files/{linked.FileName}" };
        _upstream.AtPage(
            "one", Replies.Guarded(User, Password, new ScriptedPage("one", linked, redirected, own).AsJson()));
        _upstream.AtFile(own.FileName, Replies.Guarded(User, Password, Replies.Bytes(own.Bytes)));
        var away = Replies.Redirect($"{_elsewhere.Url}files/{redirected.FileName}");
        _upstream.AtFile(redirected.FileName, Replies.Guarded(User, Password, away));
        foreach (var file in new[] { linked, redirected })
            _elsewhere.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        await StartAsync(secretUrl: _upstream.Url);
        foreach (var file in new[] { linked, redirected, own })
            Assert.Equal(
                file.Bytes, (await _server!.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(2, _elsewhere.Seen.Count);
        Assert.All(_elsewhere.Seen, s => Assert.Null(s["Authorization"]));
    }

    [Fact]
    public async Task A_Secret_for_another_origin_is_not_sent_to_this_one()
    {
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        await StartAsync(secretUrl: _elsewhere.Url);
        (await _server!.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        Assert.All(_upstream.Seen, s => Assert.Null(s["Authorization"]));
    }

    [Fact]
    public async Task With_credentials_403_does_not_mean_that_the_project_is_missing()
    {
        _upstream.AtPage("one", Replies.Status(403));
        await StartAsync(secretUrl: _upstream.Url);
        (await _server!.PageAsync(Proxy, "one")).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Headers_of_a_caller_are_never_passed_on_to_upstream()
    {
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy(Proxy, _upstream.Index, "access: { usersSecretRef: { name: people } }"),
            Manifest.AliceAndBob("people")));
        var file = ScriptedFile.Wheel("one", "1.0");
        (await _server.FileAsync(Proxy, "one", file.FileName, TwineForm.Basic("bob", "battery-staple"))).Must(
            HttpStatusCode.OK);
        Assert.All(_upstream.Seen, s => Assert.Null(s["Authorization"] ?? s["Cookie"] ?? s["X-Forwarded-For"]));
    }

    [Fact]
    public async Task A_private_CA_is_trusted_only_where_it_is_configured()
    {
        using var folder = new TemporaryFolder();
        var certificate = await PrivateAuthority.MakeAsync(folder);
        await using var secure = await ScriptedUpstream.StartAsync(certificate);
        var file = ScriptedFile.Wheel("one", "1.0");
        secure.Serve(new ScriptedPage("one", file));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy(Proxy, secure.Index, more: ", caBundleRef: { kind: ConfigMap, name: ca, key: ca.crt }"),
            ProxyManifest.Proxy("untrusting", secure.Index),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ca }\n"
            + $"data:\n  ca.crt: |\n{PrivateAuthority.Indented(folder)}\n"));
        Assert.Equal(file.Bytes, (await _server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        (await _server.PageAsync("untrusting", "one")).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_rejected()
    {
        using var folder = new TemporaryFolder();
        var certificate = await PrivateAuthority.MakeAsync(folder);
        await using var secure = await ScriptedUpstream.StartAsync(certificate);
        secure.AtPage("one", Replies.Redirect($"{_elsewhere.Index}one/"));
        _elsewhere.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy(Proxy, secure.Index, more: ", caBundleRef: { kind: ConfigMap, name: ca, key: ca.crt }"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ca }\n"
            + $"data:\n  ca.crt: |\n{PrivateAuthority.Indented(folder)}\n"));
        (await _server.PageAsync(Proxy, "one")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Empty(_elsewhere.Seen);
    }

    [Fact]
    public async Task With_an_HTTP_proxy_all_traffic_uses_it_and_addresses_in_URLs_are_still_checked()
    {
        var file = ScriptedFile.Wheel("one", "1.0");
        var forbidden = ScriptedFile.Wheel("one", "2.0") with { Url = "http://169.254.169.254/latest/x.whl" };
        // The scripted server plays the HTTP proxy: no such host is known to anybody else.
        _upstream.Serve(new ScriptedPage("one", file));
        _upstream.AtPage("one", new ScriptedPage("one", file, forbidden).AsJson());
        _server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(
            Proxy, new Uri("http://index.invalid/simple/"), more: $", proxyUrl: \"{_upstream.Url}\""));
        Assert.Equal(file.Bytes, (await _server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.All(_upstream.Seen, s => Assert.Equal("index.invalid", s.Host));
        var refused =
            (await _server.FileAsync(Proxy, "one", forbidden.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("link-local and metadata addresses are never allowed", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_go_through_an_HTTP_proxy_only_if_their_Secret_names_it()
    {
        var index = new Uri("http://index.invalid/simple/");
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        string Secret(string name, string more) => $$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: {{name}} }
            stringData: { username: "{{User}}", password: "{{Password}}", url: "{{index}}"{{more}} }

            """;
        var (silent, vouching) = (Secret("silent", ""), Secret("vouching", $", proxyUrl: \"{_upstream.Url}\""));
        string Proxied(string name, string secret) => ProxyManifest.Proxy(
            name, index, more: $", proxyUrl: \"{_upstream.Url}\", credentialsSecretRef: {{ name: {secret} }}");
        await IsRefusedAsync(Manifest.All(Proxied(Proxy, "silent"), silent), "does not name this proxy");
        _server = await PyRepoServer.StartAsync(Manifest.All(Proxied("vouched", "vouching"), vouching));
        (await _server.PageAsync("vouched", "one")).Must(HttpStatusCode.OK);
        Assert.NotNull(_upstream.Seen[^1]["Authorization"]);
    }

    [Fact]
    public async Task Credentials_are_not_sent_if_another_object_names_the_trusted_authority()
    {
        using var folder = new TemporaryFolder();
        await using var secure = await ScriptedUpstream.StartAsync(await PrivateAuthority.MakeAsync(folder));
        secure.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        var authority = PrivateAuthority.Indented(folder);
        string Proxied(string name, string kind, string holder) => ProxyManifest.Proxy(name, secure.Index,
            more: $", caBundleRef: {{ kind: {kind}, name: {holder}, key: ca.crt }}, "
                + "credentialsSecretRef: { name: up }");
        var secret =
            $"apiVersion: v1\nkind: Secret\nmetadata: {{ name: up }}\nstringData:\n  username: {User}\n"
            + $"  password: \"{Password}\"\n  url: \"{secure.Url}\"\n  ca.crt: |\n{authority}\n";
        var config = $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: ca }}\ndata:\n  ca.crt: |\n{authority}\n";
        await IsRefusedAsync(
            Manifest.All(Proxied(Proxy, "ConfigMap", "ca"), config, secret), "another object names the trusted");
        _server = await PyRepoServer.StartAsync(Manifest.All(Proxied("vouched", "Secret", "up"), secret));
        (await _server.PageAsync("vouched", "one")).Must(HttpStatusCode.OK);
        Assert.NotNull(secure.Seen[^1]["Authorization"]);
    }

    /// <summary>A laptop's server says so and does not start; in a cluster the status says it.</summary>
    static async Task IsRefusedAsync(string manifest, string why)
    {
        using var folder = new TemporaryFolder();
        folder.Write("manifest.yaml", manifest);
        var result = await PyRepoProgram.RunAsync("check", "-f", folder.At("manifest.yaml"));
        Assert.Contains(why, result.MustFail().Said, StringComparison.Ordinal);
    }

    async Task StartAsync(Uri secretUrl) => _server = await PyRepoServer.StartAsync(Manifest.All(
        ProxyManifest.Proxy(Proxy, _upstream.Index, more: ", credentialsSecretRef: { name: up }"),
        $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: up }
        stringData: { username: "{{User}}", password: "{{Password}}", url: "{{secretUrl}}" }

        """));
}
