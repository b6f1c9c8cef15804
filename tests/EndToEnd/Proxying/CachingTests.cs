using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>What a proxy keeps, for how long, and what it says about that.</summary>
[Collection(nameof(Alone))]
public sealed class CachingTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    readonly List<PyRepoServer> _servers = [];
    ScriptedUpstream _upstream = null!;

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

    [Fact]
    public async Task Within_the_TTL_upstream_is_asked_once()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, notFoundTtl: 1h, indexTtl: 1h }");
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        _upstream.At("/simple/",
            Replies.Text("{\"meta\":{\"api-version\":\"1.0\"},\"projects\":[{\"name\":\"one\"}]}", Replies.Json));
        Assert.Equal("MISS", (await server.PageAsync(Proxy, "one")).XCache);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("HIT", (await server.PageAsync(Proxy, "one")).XCache);
            (await server.PageAsync(Proxy, "missing")).Must(HttpStatusCode.NotFound);
            (await server.AskAsync(server.IndexOf(Proxy), accept: Replies.Json)).Must(HttpStatusCode.OK);
        }
        Assert.Equal(
            (1, 1, 1),
            (_upstream.CountOfPage("one"), _upstream.CountOfPage("missing"), _upstream.GetCount("/simple/")));
    }

    [Fact]
    public async Task After_the_notFoundTtl_a_new_project_is_found()
    {
        var server = await StartAsync("cache: { notFoundTtl: 1s }");
        (await server.PageAsync(Proxy, "new")).Must(HttpStatusCode.NotFound);
        _upstream.Serve(new ScriptedPage("new", ScriptedFile.Wheel("new", "1.0")));
        await Eventually.IsAsync(
            "it is found", HttpStatusCode.OK, async () => (await server.PageAsync(Proxy, "new")).Status);
    }

    [Fact]
    public async Task A_page_is_confirmed_with_upstreams_own_validator_and_not_sent_again()
    {
        var server = await StartAsync("cache: { projectTtl: 1s }");
        var sent = 0;
        var page = new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")).AsJson();
        _upstream.AtPage("one", Replies.WithETag("\"v1\"", context =>
        {
            Interlocked.Increment(ref sent);
            return page(context);
        }));
        (await server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        await Eventually.IsAsync(
            "the page is confirmed", "REVALIDATED", async () => (await server.PageAsync(Proxy, "one")).XCache);
        Assert.Equal(1, sent);
        Assert.Contains(_upstream.Seen, s => s["If-None-Match"] == "\"v1\"");
        await server.StopAsync();
        await server.StartAgainAsync();
        await Eventually.IsAsync(
            "the page is confirmed after a restart", "REVALIDATED",
            async () => (await server.PageAsync(Proxy, "one")).XCache);
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task A_page_in_use_is_refreshed_before_a_client_has_to_wait()
    {
        var server = await StartAsync("cache: { projectTtl: 12s }");
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        Assert.Equal("MISS", (await server.PageAsync(Proxy, "one")).XCache);
        await Eventually.IsAsync("upstream is asked again", async () =>
        {
            Assert.Equal("HIT", (await server.PageAsync(Proxy, "one")).XCache);
            return _upstream.CountOfPage("one") > 1;
        });
    }

    [Fact]
    public async Task A_page_is_no_longer_served_after_staleIfError()
    {
        var server = await StartAsync("cache: { projectTtl: 1s, staleIfError: 2s }");
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        (await server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        await _upstream.StopAsync();
        await Eventually.IsAsync("it is stale", "STALE", async () => (await server.PageAsync(Proxy, "one")).XCache);
        await Eventually.IsAsync(
            "it is shown no longer", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync(Proxy, "one")).Status);
    }

    [Fact]
    public async Task After_a_restart_a_cached_page_is_served_within_seconds_while_upstream_is_silent()
    {
        var server = await StartAsync("cache: { projectTtl: 1s }", timeout: "10m");
        _upstream.Serve(new ScriptedPage("one", ScriptedFile.Wheel("one", "1.0")));
        (await server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        await server.StopAsync();
        _upstream.AtPage("one", Replies.Silence);
        await server.StartAgainAsync();
        // The page may be fresh for the rest of its second.
        await Eventually.IsAsync(
            "it is stale", "STALE", async () => (await server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK).XCache);
    }

    [Fact]
    public async Task When_a_file_was_first_seen_survives_restarts()
    {
        var server = await StartAsync("cache: { projectTtl: 1s }");
        var (old, late) = (ScriptedFile.Wheel("one", "1.0"), ScriptedFile.Wheel("one", "2.0"));
        _upstream.Serve(new ScriptedPage("one", old));
        (await server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        _upstream.Serve(new ScriptedPage("one", old, late));
        await Eventually.IsAsync("it is seen", 2, async () => (await server.PageAsync(Proxy, "one")).FileNames.Count);
        await server.StopAsync();
        var seen = FirstSeen(server);
        Assert.Equal([late.FileName], seen.Keys);
        await server.StartAgainAsync();
        _upstream.Serve(new ScriptedPage("one", old, late, ScriptedFile.Wheel("one", "3.0")));
        await Eventually.IsAsync(
            "the third is seen", 3, async () => (await server.PageAsync(Proxy, "one")).FileNames.Count);
        await server.StopAsync();
        Assert.Equal(seen[late.FileName], FirstSeen(server)[late.FileName]);
        Assert.False(FirstSeen(server).ContainsKey(old.FileName));
    }

    [Fact]
    public async Task A_full_cache_evicts_the_least_recently_used_file_whatever_its_upload_time()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, maxSize: 1000Ki }");
        // The newest uploads are fetched first: when a file was uploaded says nothing about its use.
        ScriptedFile[] files =
        [
            .. Enumerable.Range(0, 4).Select(i =>
                ScriptedFile.Wheel("one", $"{i}.0", 300_000) with { UploadTime = $"20{24 - i}-01-01T00:00:00Z" }),
        ];
        _upstream.Serve(new ScriptedPage("one", files));
        foreach (var file in files)
        {
            Assert.Equal(
                file.Bytes, (await server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK).Bytes);
            // Its bytes on the disk are not enough: until the record has them, they count as a running download's.
            await CacheAsync(server, file);
        }
        await Eventually.IsAsync("the first one went", () => Task.FromResult(
            CachedFiles(server).Order(StringComparer.Ordinal).SequenceEqual(files[1..].Select(f => f.FileName))));
        foreach (var cached in files[1..])
            Assert.Equal("HIT", (await server.FileAsync(Proxy, "one", cached.FileName)).XCache);
        var again = await server.FileAsync(Proxy, "one", files[0].FileName);
        Assert.Equal(("MISS", 2), (again.XCache, _upstream.CountOfFile(files[0].FileName)));
        Assert.Equal(files[0].Bytes, again.Bytes);
        await Eventually.IsAsync(
            "the least recently used went", () => Task.FromResult(!CachedFiles(server).Contains(files[1].FileName)));
    }

    [Fact]
    public async Task Pages_requested_once_do_not_fill_the_disk()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, maxSize: 200Ki }");
        var names = Enumerable.Range(0, 200).Select(i => $"name-{i}").ToArray();
        foreach (var name in names)
            _upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        foreach (var name in names)
            (await server.PageAsync(Proxy, name)).Must(HttpStatusCode.OK);
        var pages = Path.Combine(server.GetFolder(Proxy), "upstream");
        await Eventually.IsAsync(
            "the oldest pages went", () => Task.FromResult(Directory.GetFiles(pages).Length is > 10 and <= 50));
        Assert.True(File.Exists(Path.Combine(pages, $"{names[^1]}.json")));
        // They count after a restart, too.
        await server.StopAsync();
        await server.StartAgainAsync();
        foreach (var name in names[..50])
            (await server.PageAsync(Proxy, name)).Must(HttpStatusCode.OK);
        await Eventually.IsAsync(
            "older pages went", () => Task.FromResult(Directory.GetFiles(pages).Length is > 10 and <= 50));
    }

    [Fact]
    public async Task Pages_served_just_before_a_shutdown_stay_cached()
    {
        var server = await StartAsync("cache: { projectTtl: 1h }");
        var names = Enumerable.Range(0, 40).Select(i => $"name-{i}").ToArray();
        foreach (var name in names)
            _upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        await Task.WhenAll(names.Select(
            async name => (await server.PageAsync(Proxy, name)).Must(HttpStatusCode.OK)));
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        foreach (var name in names)
            Assert.Equal("HIT", (await server.PageAsync(Proxy, name)).XCache);
    }

    [Fact]
    public async Task A_file_that_is_being_read_is_not_evicted()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, maxSize: 40Mi }");
        var files = Enumerable.Range(0, 3).Select(i => ScriptedFile.Wheel("one", $"{i}.0", 16 << 20, i)).ToArray();
        _upstream.Serve(new ScriptedPage("one", files));
        await CacheAsync(server, files[0]);
        var url = (await server.PageAsync(Proxy, "one")).GetUrl(files[0].FileName);
        using var slow = SlowReader();
        using var reading = await slow.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await reading.Content.ReadAsStreamAsync();
        using var enough = new CancellationTokenSource();
        var beginning = ReadSlowlyAsync(body, enough.Token);
        await CacheAsync(server, files[1]);
        await CacheAsync(server, files[2]);
        Assert.Equal("HIT", (await server.FileAsync(Proxy, "one", files[0].FileName)).XCache);
        await enough.CancelAsync();
        using var read = await beginning;
        Assert.True(read.Length < files[0].Bytes.Length, "It was being read.");
        await body.CopyToAsync(read);
        Assert.Equal(files[0].Bytes, read.ToArray());
    }

    /// <summary>
    /// Reads half a megabyte each second. Kestrel hangs up when a write takes five seconds, and the kernel lets it
    /// write again only when a third of the send buffer, which may hold four megabytes, is free.
    /// </summary>
    static async Task<MemoryStream> ReadSlowlyAsync(Stream body, CancellationToken enough)
    {
        var read = new MemoryStream();
        var buffer = new byte[512 << 10];
        while (!enough.IsCancellationRequested)
        {
            read.Write(buffer, 0,
                await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, CancellationToken.None));
            await Task.Delay(TimeSpan.FromSeconds(1), enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return read;
    }

    /// <summary>The kernel takes no whole file for it: it would be read, as far as the server knows.</summary>
    static HttpClient SlowReader() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 << 10 };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    [Fact]
    public async Task A_file_larger_than_the_cache_is_served_and_evicts_nothing()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, maxSize: 1Mi }");
        var (small, large) = (ScriptedFile.Wheel("one", "1.0", 100_000), ScriptedFile.Wheel("one", "2.0", 3_000_000));
        _upstream.Serve(new ScriptedPage("one", small, large));
        await CacheAsync(server, small);
        Assert.Equal(large.Bytes, (await server.FileAsync(Proxy, "one", large.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal("HIT", (await server.FileAsync(Proxy, "one", small.FileName)).XCache);
        await Eventually.IsAsync("it is not cached", () => Task.FromResult(CachedFiles(server).Count == 1));
    }

    [Fact]
    public async Task In_the_mode_Streamed_no_file_is_cached()
    {
        var server = await StartAsync("mode: Streamed");
        var file = ScriptedFile.Wheel("one", "1.0", 300_000);
        _upstream.Serve(new ScriptedPage("one", file));
        for (var i = 1; i <= 2; i++)
        {
            var answer = (await server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK);
            Assert.Equal(("MISS", i), (answer.XCache, _upstream.CountOfFile(file.FileName)));
            Assert.Equal(file.Bytes, answer.Bytes);
        }
        Assert.Empty(CachedFiles(server));
    }

    async Task<PyRepoServer> StartAsync(string spec, string timeout = "2s")
    {
        var server =
            await PyRepoServer.StartAsync(ProxyManifest.Proxy(Proxy, _upstream.Index, spec, $", timeout: {timeout}"));
        _servers.Add(server);
        return server;
    }

    /// <summary>Asks for a file until it comes from the cache.</summary>
    static Task<TimeSpan> CacheAsync(PyRepoServer server, ScriptedFile file) => Eventually.IsAsync("it is cached",
        "HIT", async () => (await server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK).XCache);

    static List<string> CachedFiles(PyRepoServer server) =>
        [.. new DirectoryInfo(server.GetFolder(Proxy)).EnumerateFiles("*.whl", SearchOption.AllDirectories).Select(
            f => f.Name)];

    static Dictionary<string, string> FirstSeen(PyRepoServer server)
    {
        var line = File.ReadLines(Path.Combine(server.GetFolder(Proxy), "upstream", "one.json")).First();
        return JsonDocument.Parse(line).RootElement.GetProperty("first-seen").EnumerateObject()
            .ToDictionary(f => f.Name, f => f.Value.GetString()!);
    }
}
