using System.Net;

namespace EndToEnd.Proxying;

/// <summary>
/// A caller says in <c>CDN-Loop</c> which proxies a request has passed. That is true of this request, and of no other.
/// </summary>
public sealed class CallersHeaderTests(ITestOutputHelper output) : IAsyncLifetime
{
    ScriptedUpstream _upstream = null!;
    PyRepoServer _far = null!;
    PyRepoServer _near = null!;

    /// <summary>The proxy <c>far</c> of the upstream, and the proxy <c>near</c> of that.</summary>
    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _far = await PyRepoServer.StartAsync(ProxyManifest.Proxy("far", _upstream.Index));
        _near = await PyRepoServer.StartAsync(ProxyManifest.Proxy("near", _far.IndexOf("far")));
    }

    public async ValueTask DisposeAsync()
    {
        _near.ShowLog(output);
        _far.ShowLog(output);
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Invented_proxy_names_are_not_taken_for_a_loop()
    {
        _upstream.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "1.0")));
        var invented = string.Join(", ", Enumerable.Range(0, 40).Select(i => $"pyrepo-{i:x16}"));
        Assert.Equal(HttpStatusCode.OK, await AskWithAsync(invented, new Uri(_far.IndexOf("far"), "demo/")));
        Assert.InRange(
            Assert.Single(_upstream.Seen, s => s.Path == "/simple/demo/")["CDN-Loop"]!.Length, 1, 500);
    }

    [Fact]
    public async Task Only_the_caller_that_names_the_proxy_behind_gets_unavailable()
    {
        var file = ScriptedFile.Wheel("demo", "1.0");
        _upstream.Serve(new ScriptedPage("demo", file));
        _upstream.At(
            "/simple/", Replies.Text("""{ "meta": { "api-version": "1.1" }, "projects": [] }""", Replies.Json));
        var far = await NameOfFarAsync();
        var index = _near.IndexOf("near");
        var page = new Uri(index, "demo/");
        for (var i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskWithAsync(far, new Uri(index, $"other-{i}/")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskWithAsync(far, page));
        var url = (await _near.PageAsync("near", "demo")).Must(HttpStatusCode.OK).GetUrl(file.FileName);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskWithAsync(far, index));
        (await _near.AskAsync(index, accept: Replies.Json)).Must(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskWithAsync(far, url));
        Assert.Equal(file.Bytes, (await _near.AskAsync(url)).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task Made_up_lists_cause_few_concurrent_requests_for_a_slow_page_and_delay_nobody()
    {
        var gate = new TaskCompletionSource();
        _upstream.AtPage("slow", Replies.Later(gate.Task, Replies.Status(404)));
        var page = new Uri(_far.IndexOf("far"), "slow/");
        var made = Enumerable.Range(0, 120).Select(i => AskWithAsync($"pyrepo-{i:x16}", page)).ToList();
        await Eventually.IsAsync("most are refused", () => Task.FromResult(made.Count(m => m.IsCompleted) >= 116));
        Assert.All(made.Where(m => m.IsCompleted),
            refused => Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Result));
        await Eventually.IsAsync("a few are asked for", 4, () => Task.FromResult(_upstream.CountOfPage("slow")));
        await MustServeAsync("after-one");
        Assert.Equal(4, _upstream.CountOfPage("slow"));
        gate.SetResult();
        await Task.WhenAll(made);
    }

    [Fact]
    public async Task Made_up_lists_take_half_of_the_turns_at_most()
    {
        var gate = new TaskCompletionSource();
        _upstream.Otherwise = Replies.Later(gate.Task, Replies.Status(404));
        var made = Enumerable.Range(0, 60).Select(
            i => AskWithAsync($"pyrepo-{i:x16}", new Uri(_far.IndexOf("far"), $"slow-{i}/"))).ToList();
        await Eventually.IsAsync("half of the turns are taken", 16, () => Task.FromResult(_upstream.Seen.Count));
        await MustServeAsync("after-many");
        Assert.Equal(17, _upstream.Seen.Count);
        gate.SetResult();
        await Task.WhenAll(made);
    }

    /// <summary>Asks as everybody does, for a page that nobody has asked for.</summary>
    async Task MustServeAsync(string name)
    {
        _upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        (await _far.PageAsync("far", name)).Must(HttpStatusCode.OK);
    }

    /// <summary>What the proxy calls itself: whoever serves a file that it links to is told.</summary>
    async Task<string> NameOfFarAsync()
    {
        await _far.PageAsync("far", "any");
        return Assert.Single(_upstream.Seen, s => s.Path == "/simple/any/")["CDN-Loop"]!;
    }

    async Task<HttpStatusCode> AskWithAsync(string passed, Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("CDN-Loop", passed);
        using var answer = await _near.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
