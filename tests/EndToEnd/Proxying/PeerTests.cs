using System.Net;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Other index servers as upstreams, the real ones.</summary>
public sealed class PeerTests(ITestOutputHelper output) : IAsyncDisposable
{
    const string Proxy = "proxy";
    const string Public = "public";
    static readonly TestWheel _demo =
        TestWheel.Module("demo", "1.0", "import needed\nvalue = needed.value\n", "needed");
    static readonly TestWheel _needed = TestWheel.Module("needed", "1.0", "value = 'found'\n");

    readonly List<PyRepoServer> _servers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.ShowLog(output);
            await server.DisposeAsync();
        }
    }

    [ClientFact]
    public async Task Pypiserver_is_an_upstream()
    {
        using var peer = await PeerIndex.StartPypiserverAsync(_demo, _needed);
        await MustServeAsync(peer.Index, "pip");
    }

    [ClientFact]
    public async Task Devpi_is_an_upstream()
    {
        using var peer = await PeerIndex.StartDevpiAsync(_demo, _needed);
        await MustServeAsync(peer.Index, "pip");
    }

    [ClientTheory]
    [InlineData("devpi")]
    [InlineData("proxpi")]
    [InlineData("simple-repository-server")]
    public async Task A_proxy_in_front_of_PyRepo_serves_it_and_is_an_upstream_itself(string name)
    {
        var origin = await StartAsync(Manifest.Create(Public));
        foreach (var wheel in (TestWheel[])[_demo, _needed])
            await origin.UploadAsync(Public, wheel);
        using var peer = name switch
        {
            "devpi" => await PeerIndex.StartDevpiMirrorAsync(origin.IndexOf(Public)),
            "proxpi" => await PeerIndex.StartProxpiAsync(origin.IndexOf(Public)),
            _ => await PeerIndex.StartSimpleRepositoryServerAsync(origin.IndexOf(Public)),
        };
        using var installation = new FreshInstallation("uv", peer.Index, "demo");
        Assert.Equal("found", await installation.PrintAsync("import demo; print(demo.value)"));
        await MustServeAsync(peer.Index, "pip");
    }

    /// <summary>Its pages have neither dates nor sizes.</summary>
    [ClientFact]
    public async Task Ages_of_pypiserver_files_count_from_the_first_reading()
    {
        using var peer = await PeerIndex.StartPypiserverAsync(_demo);
        var server = await StartAsync(ProxyManifest.Proxy(
            Proxy, peer.Index, "policy: { minimumAge: 3s }, cache: { projectTtl: 1s }"));
        Assert.Empty((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        await Eventually.IsAsync(
            "it is old enough", 1, async () => (await server.PageAsync(Proxy, "demo")).FileNames.Count);
    }

    [Fact]
    public async Task Another_PyRepo_is_an_upstream_with_all_its_metadata()
    {
        var upstream = await StartAsync(Manifest.Create(Public));
        var plain = TestWheel.Create("demo", "0.9");
        foreach (var wheel in (TestWheel[])[_demo, _needed, plain])
            await upstream.UploadAsync(Public, wheel);
        var server = await StartAsync(ProxyManifest.Proxy(Proxy, upstream.IndexOf(Public)));
        var theirs = (await upstream.PageAsync(Public, "demo")).Must(HttpStatusCode.OK);
        var ours = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        foreach (var wheel in (TestWheel[])[_demo, plain])
        {
            foreach (var key in (string[])["hashes", "size", "upload-time", "core-metadata", "yanked"])
            {
                Assert.Equal(
                    theirs.File(wheel.FileName).GetProperty(key).GetRawText(),
                    ours.File(wheel.FileName).GetProperty(key).GetRawText());
            }
        }
        Assert.Equal(">=3.8", ours.File(plain.FileName).GetProperty("requires-python").GetString());
        await MustServeAsync(server, "pip");
    }

    [Fact]
    public async Task A_proxy_of_another_PyRepos_proxy_knows_yanks_sizes_and_dates()
    {
        await using var origin = await ScriptedUpstream.StartAsync();
        var file = ScriptedFile.Wheel("demo", "1.0") with { Yanked = "broken", RequiresPython = ">=3.9" };
        origin.Serve(new ScriptedPage("demo", file));
        var upstream = await StartAsync(ProxyManifest.Proxy(Public, origin.Index));
        var server = await StartAsync(
            ProxyManifest.Proxy(Proxy, upstream.IndexOf(Public), "policy: { minimumAge: 7d }"));
        var shown = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).File(file.FileName);
        Assert.Equal("broken", shown.GetProperty("yanked").GetString());
        Assert.Equal(">=3.9", shown.GetProperty("requires-python").GetString());
        Assert.Equal(file.Size, shown.GetProperty("size").GetInt64());
        Assert.Equal(file.UploadTime, shown.GetProperty("upload-time").GetString());
        Assert.Equal(file.Bytes, (await server.FileAsync(Proxy, "demo", file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    async Task MustServeAsync(Uri upstream, string client) =>
        await MustServeAsync(await StartAsync(ProxyManifest.Proxy(Proxy, upstream)), client);

    static async Task MustServeAsync(PyRepoServer server, string client)
    {
        var page = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        Assert.Equal(
            ScriptedFile.GetSha256(_demo.Bytes),
            page.File(_demo.FileName).GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.Equal(_demo.Bytes, (await server.AskAsync(page.GetUrl(_demo.FileName))).Must(HttpStatusCode.OK).Bytes);
        (await server.PageAsync(Proxy, "none")).Must(HttpStatusCode.NotFound);
        var list = (await server.AskAsync(server.IndexOf(Proxy), accept: Replies.Json)).Must(HttpStatusCode.OK);
        Assert.Equal(["demo", "needed"], list.Json.GetProperty("projects").EnumerateArray()
            .Select(p => p.GetProperty("name").GetString()));
        Assert.SkipWhen(Assets.Root is null, Assets.Missing);
        using var installation = new FreshInstallation(client, server.IndexOf(Proxy), "demo");
        Assert.Equal("found", await installation.PrintAsync("import demo; print(demo.value)"));
    }

    async Task<PyRepoServer> StartAsync(string manifest)
    {
        var server = await PyRepoServer.StartAsync(manifest);
        _servers.Add(server);
        return server;
    }
}
