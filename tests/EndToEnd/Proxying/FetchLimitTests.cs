using System.Globalization;
using System.Net;
using EndToEnd.Serving;
using Microsoft.AspNetCore.Http;

namespace EndToEnd.Proxying;

/// <summary>
/// What a fetch may cost: disk for bytes that have arrived, and time while somebody waits or bytes come.
/// </summary>
public sealed class FetchLimitTests(ITestOutputHelper output) : IAsyncLifetime
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
    public async Task A_file_that_only_claims_to_be_long_takes_no_space_and_evicts_nothing()
    {
        var server = await StartAsync("4Mi");
        var (kept, claimed) = (ScriptedFile.Wheel("one", "1.0", 900_000), ScriptedFile.Wheel("one", "2.0", 3_900_000));
        _upstream.Serve(new ScriptedPage("one", kept, claimed));
        _upstream.AtFile(claimed.FileName, Replies.Gated(claimed.Bytes, 10, new TaskCompletionSource().Task));
        await CacheAsync(server, kept);
        var url = (await server.PageAsync(Proxy, "one")).GetUrl(claimed.FileName);
        using (var waiting = await server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(1, _upstream.CountOfFile(claimed.FileName));
            Assert.Equal("HIT", (await server.FileAsync(Proxy, "one", kept.FileName)).XCache);
            Assert.InRange(await KilobytesStagedAsync(server), 0, 64);
        }
    }

    [Fact]
    public async Task A_file_that_only_claims_to_be_long_does_not_stop_others_from_being_cached()
    {
        var server = await StartAsync("4Mi");
        var claimed = new ScriptedFile("one-1.0.tar.gz", new byte[4 << 20]);
        ScriptedFile[] others =
            [.. Enumerable.Range(2, 2).Select(i => ScriptedFile.Wheel("one", $"{i}.0", 100_000, seed: i))];
        var unsized = others[0] with { Size = null };
        _upstream.Serve(new ScriptedPage("one", claimed, unsized, others[1]));
        _upstream.AtFile(claimed.FileName, Replies.Gated(claimed.Bytes, 10, new TaskCompletionSource().Task));
        _upstream.AtFile(unsized.FileName, async context => await context.Response.Body.WriteAsync(unsized.Bytes));
        var url = (await server.PageAsync(Proxy, "one")).GetUrl(claimed.FileName);
        using var waiting = await server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        await CacheAsync(server, unsized);
        await CacheAsync(server, others[1]);
    }

    [Theory]
    [InlineData("OnDemand")]
    [InlineData("Streamed")]
    public async Task A_file_of_unknown_length_never_takes_more_than_maxSize(string mode)
    {
        var server = await StartAsync("1Mi", mode);
        var file = ScriptedFile.Wheel("one", "1.0") with { Size = null };
        _upstream.Serve(new ScriptedPage("one", file));
        _upstream.AtFile(file.FileName, EndlessBytes);
        var url = (await server.PageAsync(Proxy, "one")).GetUrl(file.FileName);
        var answer = (await server.AskAsync(url)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("Content-Length", answer.Text, StringComparison.Ordinal);
        await Eventually.IsAsync("its bytes are gone", async () => await KilobytesStagedAsync(server) < 64);
    }

    [Fact]
    public async Task Files_of_unknown_length_evict_little_of_what_is_cached_however_many_there_are()
    {
        var server = await StartAsync("4Mi");
        var kept = ScriptedFile.Wheel("one", "1.0", 2_500_000);
        ScriptedFile[] endless =
            [.. Enumerable.Range(2, 4).Select(i => ScriptedFile.Wheel("one", $"{i}.0") with { Size = null })];
        _upstream.Serve(new ScriptedPage("one", [kept, .. endless]));
        foreach (var file in endless)
            _upstream.AtFile(file.FileName, EndlessBytes);
        await CacheAsync(server, kept);
        var page = await server.PageAsync(Proxy, "one");
        foreach (var answer in await Task.WhenAll(endless.Select(file => server.AskAsync(page.GetUrl(file.FileName)))))
            answer.Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("HIT", (await server.FileAsync(Proxy, "one", kept.FileName)).XCache);
    }

    [Fact]
    public async Task Fetches_that_run_at_the_same_time_never_take_more_than_maxSize_and_are_served()
    {
        var server = await StartAsync("1Mi");
        ScriptedFile[] files =
            [.. Enumerable.Range(0, 4).Select(i => ScriptedFile.Wheel("one", $"{i}.0", 700_000, seed: i))];
        _upstream.Serve(new ScriptedPage("one", files));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var file in files)
            _upstream.AtFile(file.FileName, Replies.Gated(file.Bytes, file.Bytes.Length - 1000, gate.Task));
        var page = await server.PageAsync(Proxy, "one");
        var asking = files.Select(file => server.AskAsync(page.GetUrl(file.FileName))).ToList();
        await Eventually.IsAsync(
            "one is staged", async () => await KilobytesStagedAsync(server) > 600);
        await Eventually.IsAsync(
            "all are asked for", () => Task.FromResult(files.All(f => _upstream.CountOfFile(f.FileName) == 1)));
        // What the fetches staged stays until the gate opens. An evicted page's name is staged for a moment, too.
        await Eventually.IsAsync(
            "no more than maxSize is staged", async () => await KilobytesStagedAsync(server) is >= 0 and <= 1100,
            server.LogText);
        gate.SetResult();
        var answers = await Task.WhenAll(asking);
        Assert.Equal(files.Select(f => f.Bytes), answers.Select(a => a.Must(HttpStatusCode.OK).Bytes));
    }

    [Theory]
    [InlineData("1Mi")]
    [InlineData("8Mi")]
    public async Task Slow_clients_of_uncacheable_files_do_not_block_other_files(string maxSize)
    {
        var server = await StartAsync(maxSize, timeout: "5s");
        ScriptedFile[] large =
            [.. Enumerable.Range(0, 36).Select(i => ScriptedFile.Wheel("large", $"{i}.0", 6 << 20))];
        _upstream.Serve(new ScriptedPage("large", large));
        _upstream.Serve(new ScriptedPage("small", ScriptedFile.Wheel("small", "1.0", 1000)));
        var page = await server.PageAsync(Proxy, "large");
        var slow = new List<RawConnection>();
        foreach (var file in large)
        {
            slow.Add(await RawConnection.OpenAsync(server, receiveBuffer: 4096));
            await slow[^1].SendHeadAsync(
                $"GET {page.GetUrl(file.FileName).PathAndQuery} HTTP/1.1", $"Host: {server.Url.Authority}");
        }
        await Eventually.IsAsync(
            "32 are fetched", () => Task.FromResult(large.Count(f => _upstream.CountOfFile(f.FileName) == 1) >= 32));
        foreach (var connection in slow.Take(32))
            await connection.WaitForBytesAsync();
        var answer = await server.FileAsync(Proxy, "small", "small-1.0-py3-none-any.whl");
        answer.Must(HttpStatusCode.OK);
        foreach (var connection in slow)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task An_abandoned_fetch_ends_when_it_is_slow()
    {
        var server = await StartAsync("100Mi");
        var file = ScriptedFile.Wheel("one", "1.0", 3 << 20);
        _upstream.Serve(new ScriptedPage("one", file));
        var ended = new TaskCompletionSource();
        _upstream.AtFile(file.FileName, context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            return Replies.Gated(file.Bytes, 2 << 20, new TaskCompletionSource().Task)(context);
        });
        var url = (await server.PageAsync(Proxy, "one")).GetUrl(file.FileName);
        (await server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead)).Dispose();
        await Eventually.IsAsync("the fetch ends", () => Task.FromResult(ended.Task.IsCompleted));
        await Eventually.IsAsync("its bytes are gone", 0, () => KilobytesStagedAsync(server));
    }

    [Fact]
    public async Task A_failed_shared_fetch_is_logged_once()
    {
        var server = await StartAsync("100Mi");
        var file = ScriptedFile.Wheel("one", "1.0", 3 << 20);
        _upstream.Serve(new ScriptedPage("one", file));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _upstream.AtFile(file.FileName, async context =>
        {
            context.Response.ContentLength = file.Bytes.Length;
            await context.Response.Body.WriteAsync(file.Bytes.AsMemory(0, 2 << 20));
            await context.Response.Body.FlushAsync();
            await gate.Task;
            context.Abort();
        });
        var url = (await server.PageAsync(Proxy, "one")).GetUrl(file.FileName);
        var clients = new List<HttpResponseMessage>();
        for (var i = 0; i < 5; i++)
            clients.Add(await server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead));
        gate.SetResult();
        foreach (var client in clients)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.Content.ReadAsByteArrayAsync());
            client.Dispose();
        }
        await Eventually.IsAsync("it is logged", () => Task.FromResult(LinesAbout(server, file.FileName).Count > 0));
        Assert.Single(LinesAbout(server, file.FileName));
        Assert.DoesNotContain("   at ", server.LogText(), StringComparison.Ordinal);
        Assert.Equal(1, _upstream.CountOfFile(file.FileName));
    }

    static async Task EndlessBytes(HttpContext context)
    {
        var part = new byte[64 << 10];
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(part, context.RequestAborted);
    }

    static List<string> LinesAbout(PyRepoServer server, string fileName) =>
        [.. server.LogText().Split('\n').Where(line => line.Contains(fileName, StringComparison.Ordinal))];

    async Task<PyRepoServer> StartAsync(string maxSize, string mode = "OnDemand", string timeout = "10m")
    {
        var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(
            Proxy, _upstream.Index, $"mode: {mode}, cache: {{ projectTtl: 1h, maxSize: {maxSize} }}",
            $", timeout: {timeout}"));
        _servers.Add(server);
        return server;
    }

    static Task<TimeSpan> CacheAsync(PyRepoServer server, ScriptedFile file) => Eventually.IsAsync("it is cached",
        "HIT", async () => (await server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK).XCache);

    /// <summary>The disk that bytes of running fetches take.</summary>
    static async Task<long> KilobytesStagedAsync(PyRepoServer server)
    {
        var folder = Path.Combine(server.GetFolder(Proxy), ".staging");
        if (!Directory.Exists(folder) || Directory.GetFiles(folder).Length == 0)
            return 0;
        var result = await new ProgramRun("du", "-sk", folder).RunAsync();
        return long.Parse(result.Output.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
