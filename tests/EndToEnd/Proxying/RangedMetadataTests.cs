using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace EndToEnd.Proxying;

/// <summary>The metadata of wheels for which upstream has no metadata file.</summary>
public sealed class RangedMetadataTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.AnswersTails = true;
        _server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(Proxy, _upstream.Index));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Are_on_the_first_page_where_upstream_answers_ranges_and_no_wheel_is_downloaded()
    {
        var files = Enumerable.Range(0, 3).Select(i => ScriptedFile.Wheel("one", $"{i}.0", 3_000_000, i)).ToArray();
        _upstream.Serve(new ScriptedPage("one", files));
        foreach (var file in files)
            _upstream.AtFile(file.FileName, Tail(file.Bytes));
        var page = await _server.PageAsync(Proxy, "one");
        foreach (var file in files)
        {
            var promised = page.File(file.FileName).GetProperty("core-metadata").GetProperty("sha256").GetString();
            var metadata = await _server.AskAsync(new Uri(page.UrlOf(file.FileName).AbsoluteUri + ".metadata"));
            Assert.Equal(promised, ScriptedFile.Sha256Of(metadata.Must(HttpStatusCode.OK).Bytes));
            Assert.Contains("Name: one", metadata.Text, StringComparison.Ordinal);
        }
        Assert.All(
            _upstream.Seen.Where(s => s.Path.StartsWith("/files/", StringComparison.Ordinal)),
            s => Assert.NotNull(s["Range"]));
    }

    [Fact]
    public async Task Are_not_asked_for_where_upstream_ignores_ranges()
    {
        var files = Enumerable.Range(0, 20).Select(i => ScriptedFile.Wheel("one", $"{i}.0", 100, i)).ToArray();
        _upstream.Serve(new ScriptedPage("one", files));
        _upstream.Serve(new ScriptedPage("two", ScriptedFile.Wheel("two", "1.0")));
        var page = await _server.PageAsync(Proxy, "one");
        Assert.All(files, file => Assert.False(page.File(file.FileName).TryGetProperty("core-metadata", out _)));
        var asked = _upstream.Seen.Count;
        Assert.InRange(asked, 1, 5);
        (await _server.PageAsync(Proxy, "two")).Must(HttpStatusCode.OK);
        Assert.Equal(asked + 1, _upstream.Seen.Count);
    }

    [Fact]
    public async Task Are_given_up_if_they_drip()
    {
        await using var server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy(Proxy, _upstream.Index, more: ", timeout: 1s"));
        var file = ScriptedFile.Wheel("one", "1.0", 300_000);
        _upstream.Serve(new ScriptedPage("one", file));
        var gone = new TaskCompletionSource();
        _upstream.AtFile(file.FileName, async context =>
        {
            context.Response.StatusCode = 206;
            var length = file.Bytes.Length;
            context.Response.Headers.ContentRange = $"bytes {length - 100_000}-{length - 1}/{length}";
            using var aborted = context.RequestAborted.Register(gone.SetResult);
            while (!gone.Task.IsCompleted)
            {
                await context.Response.Body.WriteAsync(new byte[1]);
                await context.Response.Body.FlushAsync();
                await Task.WhenAny(gone.Task, Task.Delay(TimeSpan.FromMilliseconds(100)));
            }
        });
        (await server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        await gone.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Do_not_keep_a_page_waiting_for_a_host_that_is_silent()
    {
        var file = ScriptedFile.Wheel("one", "1.0");
        _upstream.Serve(new ScriptedPage("one", file));
        _upstream.AtFile(file.FileName, Replies.Silence);
        var page = (await _server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        Assert.False(page.File(file.FileName).TryGetProperty("core-metadata", out _));
    }

    /// <summary>Answers with the last bytes that a request asks for.</summary>
    static Reply Tail(byte[] bytes) => async context =>
    {
        var wanted = RangeHeaderValue.Parse(context.Request.Headers.Range.ToString()).Ranges.Single().To!.Value;
        var from = Math.Max(0, bytes.Length - wanted);
        context.Response.StatusCode = 206;
        context.Response.Headers.ContentRange = string.Create(
            CultureInfo.InvariantCulture, $"bytes {from}-{bytes.Length - 1}/{bytes.Length}");
        await Replies.Bytes(bytes[(int)from..])(context);
    };
}
