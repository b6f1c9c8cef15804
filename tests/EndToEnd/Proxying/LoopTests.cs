using System.Diagnostics;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// An upstream that leads back to the proxy: an answer at once, although upstream has a minute for it, and few requests.
/// </summary>
public sealed class LoopTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Patient = ", timeout: 60s";
    const string Reason = "leads back to this proxy";

    static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(20);

    readonly List<PyRepoServer> _servers = [];
    ScriptedUpstream _upstream = null!;
    int _manifests;

    public async ValueTask InitializeAsync() => _upstream = await ScriptedUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.ShowLog(output);
            await server.DisposeAsync();
        }
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_proxy_whose_upstream_is_itself_says_so(string host)
    {
        var server = await StartAsync("a");
        await UseAsync(server, ProxyManifest.Proxy("a", At(server.IndexOf("a"), host), more: Patient));
        await MustEndAsync(server, "a");
        await server.MustLogAsync(Reason);
    }

    [Fact]
    public async Task Two_proxies_of_each_other_fail_without_looping()
    {
        var server = await StartAsync("a");
        await UseAsync(server, string.Join("---\n",
            ProxyManifest.Proxy("a", server.IndexOf("b"), more: Patient),
            ProxyManifest.Proxy("b", server.IndexOf("a"), more: Patient)));
        await MustEndAsync(server, "a");
        await MustEndAsync(server, "b");
        await server.MustLogAsync(Reason);
    }

    [Fact]
    public async Task Two_proxies_of_each_other_on_two_servers_fail_without_looping()
    {
        var (one, two) = (await StartAsync("a"), await StartAsync("b"));
        await UseAsync(one, ProxyManifest.Proxy("a", two.IndexOf("b"), more: Patient));
        await UseAsync(two, ProxyManifest.Proxy("b", one.IndexOf("a"), more: Patient));
        await MustEndAsync(one, "a");
        await one.MustLogAsync(Reason);
        await MustEndAsync(two, "b");
    }

    /// <summary>Each would wait for the other if a request of its own joined what clients wait for.</summary>
    [Fact]
    public async Task Two_proxies_of_each_other_fail_without_looping_under_concurrent_requests()
    {
        var server = await StartAsync("a");
        await UseAsync(server, string.Join("---\n",
            ProxyManifest.Proxy("a", server.IndexOf("b"), more: Patient),
            ProxyManifest.Proxy("b", server.IndexOf("a"), more: Patient)));
        var began = Stopwatch.GetTimestamp();
        var names = Enumerable.Range(0, 5).Select(i => $"name-{i}");
        var answers = await Task.WhenAll(
            names.SelectMany(name => new[] { server.PageAsync("a", name), server.PageAsync("b", name) })
                .Concat([
                    server.AskAsync(server.IndexOf("a"), accept: Replies.Json),
                    server.AskAsync(server.IndexOf("b"), accept: Replies.Json),
                ]));
        Assert.All(answers, answer => answer.Must(HttpStatusCode.ServiceUnavailable));
        Assert.True(Stopwatch.GetElapsedTime(began) < _atOnce);
    }

    [Fact]
    public async Task A_proxy_whose_upstream_is_its_own_group_fails_without_looping()
    {
        var server = await StartAsync("a");
        await UseAsync(server, string.Join("---\n",
            ProxyManifest.Proxy("a", server.IndexOf("all"), more: Patient),
            ProxyManifest.Group("all", ["ProxyRepository/a"])));
        await MustEndAsync(server, "a");
        await MustEndAsync(server, "all");
    }

    [Fact]
    public async Task A_redirect_back_to_the_proxy_fails_without_looping()
    {
        var server = await StartAsync("a", $"{Patient}, redirects: Follow");
        _upstream.AtPage("demo", Replies.Redirect(new Uri(server.IndexOf("a"), "demo/").AbsoluteUri));
        _upstream.Otherwise = Replies.Redirect(new Uri(server.IndexOf("a"), "other/").AbsoluteUri);
        _upstream.At("/simple/", Replies.Redirect(server.IndexOf("a").AbsoluteUri));
        await MustEndAsync(server, "a");
        Assert.Equal(1, _upstream.CountOfPage("demo"));
    }

    /// <summary>Proxies that confirm each other's pages would keep a page for ever that upstream has deleted.</summary>
    [Fact]
    public async Task A_page_that_is_cached_goes_stale_and_is_not_confirmed_by_the_loop()
    {
        var server = await StartAsync("a");
        _upstream.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "1.0")));
        await UseAsync(server, string.Join("---\n",
            ProxyManifest.Proxy("a", _upstream.Index, "cache: { projectTtl: 1s, staleIfError: 1s }"),
            ProxyManifest.Proxy("b", server.IndexOf("a"), "cache: { projectTtl: 1s, staleIfError: 1s }")));
        (await server.PageAsync("b", "demo")).Must(HttpStatusCode.OK);
        await UseAsync(server, string.Join("---\n",
            ProxyManifest.Proxy("a", server.IndexOf("b"), "cache: { projectTtl: 1s, staleIfError: 1s }"),
            ProxyManifest.Proxy("b", server.IndexOf("a"), "cache: { projectTtl: 1s, staleIfError: 1s }")));
        await Eventually.IsAsync(
            "nobody shows the page any more", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync("b", "demo")).Status);
    }

    /// <summary>A chain of proxies on one server is no loop: one may have a stricter policy than the other.</summary>
    [Fact]
    public async Task A_proxy_of_another_proxy_of_the_same_server_works()
    {
        var server = await StartAsync("a");
        var file = ScriptedFile.Wheel("demo", "1.0");
        _upstream.Serve(new ScriptedPage("demo", file));
        await UseAsync(server, string.Join("---\n",
            ProxyManifest.Proxy("a", _upstream.Index),
            ProxyManifest.Proxy("b", server.IndexOf("a"), "policy: { minimumAge: 1h }")));
        Assert.Equal(file.Bytes, (await server.FileAsync("b", "demo", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(1, _upstream.CountOfPage("demo"));
        var header = Assert.Single(_upstream.Seen, s => s.Path == "/simple/demo/")["CDN-Loop"];
        Assert.Matches("^pyrepo-[0-9a-f]{16}, pyrepo-[0-9a-f]{16}$", header);
    }

    [Fact]
    public async Task Entries_that_a_caller_adds_to_the_header_are_not_passed_on()
    {
        var server = await StartAsync("a");
        _upstream.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "1.0")));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.IndexOf("a"), "demo/"));
        request.Headers.TryAddWithoutValidation("CDN-Loop", "secret, pyrepo-XYZ, pyrepo-0123456789abcdef0; a=b");
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Matches(
            "^pyrepo-[0-9a-f]{16}$", Assert.Single(_upstream.Seen, s => s.Path == "/simple/demo/")["CDN-Loop"]);
    }

    async Task<PyRepoServer> StartAsync(string proxy, string more = "")
    {
        var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(proxy, _upstream.Index, more: more));
        _servers.Add(server);
        return server;
    }

    /// <summary>
    /// Changes the manifest, and waits until it applies: a repository that is new in it is served then.
    /// </summary>
    async Task UseAsync(PyRepoServer server, string manifest)
    {
        var marker = $"manifest-{++_manifests}";
        await File.WriteAllTextAsync(server.ManifestFile, $"{manifest}---\n{Manifest.Create(marker)}");
        await Eventually.IsAsync("the manifest applies", HttpStatusCode.OK, async () =>
            (await server.AskAsync(server.IndexOf(marker), accept: Replies.Json)).Status);
    }

    /// <summary>A page, the list and a page once more are unavailable, and nobody waits for a time-out.</summary>
    static async Task MustEndAsync(PyRepoServer server, string repository)
    {
        var began = Stopwatch.GetTimestamp();
        var page = (await server.PageAsync(repository, "demo")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(page["Retry-After"]);
        (await server.AskAsync(server.IndexOf(repository), accept: Replies.Json)).Must(
            HttpStatusCode.ServiceUnavailable);
        (await server.PageAsync(repository, "other")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.True(Stopwatch.GetElapsedTime(began) < _atOnce);
    }

    static Uri At(Uri url, string host) => new UriBuilder(url) { Host = host }.Uri;
}
