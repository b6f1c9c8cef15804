using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>An upstream that lies about its files' dates and names, and one that has very many of them.</summary>
[Collection(nameof(Alone))]
public sealed class LyingUpstreamTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    const int ManyFiles = 40_000;
    ScriptedUpstream _upstream = null!;
    PyRepoServer? _server;

    public async ValueTask InitializeAsync() => _upstream = await ScriptedUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _server?.ShowLog(output);
        if (_server is not null)
            await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2024-13-45T99:00:00Z")]
    [InlineData("")]
    [InlineData("1700000000")]
    [InlineData("9999-99-99")]
    public async Task An_invalid_time_is_ignored_and_the_age_counts_from_the_first_reading(string time)
    {
        var server = await StartAsync("policy: { minimumAge: 2s }, cache: { projectTtl: 1s }");
        _upstream.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "1.0") with { UploadTime = time }));
        Assert.Empty((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        await Eventually.IsAsync(
            "it is old enough", 1, async () => (await server.PageAsync(Proxy, "demo")).FileNames.Count);
    }

    [Fact]
    public async Task A_file_from_the_future_is_hidden_by_minimumAge_and_shown_without_it()
    {
        var young = ScriptedFile.Wheel("demo", "2.0") with { UploadTime = "9999-12-31T23:59:59.999999Z" };
        _upstream.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "1.0"), young));
        var server = await StartAsync("policy: { minimumAge: 1s }");
        Assert.Equal(
            ["demo-1.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/2.0"))).Must(HttpStatusCode.OK);
        await server.DisposeAsync();
        server = await StartAsync("mode: OnDemand");
        Assert.Equal(2, (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames.Count);
        Assert.Equal(
            young.Bytes, (await server.FileAsync(Proxy, "demo", young.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1582-10-15T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public async Task An_impossible_time_does_not_stop_a_file_from_being_served(string time)
    {
        var file = ScriptedFile.Wheel("demo", "1.0") with { UploadTime = time };
        _upstream.Serve(new ScriptedPage("demo", file));
        var server = await StartAsync("mode: OnDemand");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                file.Bytes, (await server.FileAsync(Proxy, "demo", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        }
        (await server.AskAsync(new(server.IndexOf(Proxy), "demo/"), accept: "text/html")).Must(HttpStatusCode.OK);
        (await server.AskAsync(new(server.GetUrl(Proxy), "pypi/demo/json"))).Must(HttpStatusCode.OK);
        (await server.AskAsync(new(server.GetUrl(Proxy), "@2024-01-01/simple/demo/"))).Must(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task An_impossible_size_causes_no_server_error(long size)
    {
        var file = ScriptedFile.Wheel("demo", "1.0");
        _upstream.Serve(new ScriptedPage("demo", file with { Size = size }));
        var server = await StartAsync("mode: OnDemand");
        var answer = await server.FileAsync(Proxy, "demo", file.FileName);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, answer.ToString());
        (await server.AskAsync(new(server.GetUrl(Proxy), "pypi/demo/json"))).Must(HttpStatusCode.OK);
        _upstream.Serve(new ScriptedPage("other", ScriptedFile.Wheel("other", "1.0")));
        (await server.FileAsync(Proxy, "other", "other-1.0-py3-none-any.whl")).Must(HttpStatusCode.OK);
    }

    /// <summary>Other bytes under the same name are as young as they are, whatever date upstream gives them.</summary>
    [Fact]
    public async Task A_replaced_file_restarts_its_age()
    {
        var first = ScriptedFile.Wheel("demo", "1.0");
        _upstream.Serve(new ScriptedPage("demo", first));
        var server = await StartAsync("policy: { minimumAge: 1h }, cache: { projectTtl: 1s }");
        var page = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        var url = page.GetUrl(first.FileName);
        Assert.Equal(first.Bytes, (await server.AskAsync(url)).Must(HttpStatusCode.OK).Bytes);
        _upstream.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "1.0", seed: 1)));
        await Eventually.IsAsync(
            "it is hidden", 0, async () => (await server.PageAsync(Proxy, "demo")).FileNames.Count);
        (await server.AskAsync(url)).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_uncached_release_deleted_upstream_is_gone_even_where_cached_ones_are_kept()
    {
        var (one, two) = (ScriptedFile.Wheel("demo", "1.0"), ScriptedFile.Wheel("demo", "2.0"));
        _upstream.Serve(new ScriptedPage("demo", one, two));
        var server = await StartAsync("policy: { onUpstreamRemoval: Keep }, cache: { projectTtl: 1s }");
        var url = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).GetUrl(two.FileName);
        _upstream.Serve(new ScriptedPage("demo", one));
        _upstream.AtFile(two.FileName, Replies.Status(404));
        await Eventually.IsAsync(
            "it is gone", one.FileName,
            async () => string.Join(' ', (await server.PageAsync(Proxy, "demo")).FileNames));
        (await server.AskAsync(url)).Must(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_of_40000_files_is_shown_within_the_age_in_seconds(bool json)
    {
        var text = json ? GetJson(ManyFiles) : GetHtml(ManyFiles);
        _upstream.AtPage("demo", Replies.Text(text, json ? Replies.Json : "text/html"));
        var server = await StartAsync(
            "policy: { minimumAge: 7d, block: [ \"demo<1000\" ] }, cache: { projectTtl: 1h }");
        var times = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var page = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
            times.Add(Stopwatch.GetElapsedTime(began));
            // Half of those that are not blocked are of today, and all are where the page has no dates.
            Assert.Equal(json ? (ManyFiles - 1000) / 2 : 0, page.FileNames.Count);
        }
        output.WriteLine($"{text.Length:N0} bytes: {string.Join(", ", times.Select(t => $"{t.TotalSeconds:F2} s"))}");
        Assert.True(times[0] < TimeSpan.FromSeconds(20), $"{times[0]}");
        Assert.True(times[^1] < TimeSpan.FromSeconds(5), $"{times[^1]}");
    }

    async Task<PyRepoServer> StartAsync(string spec) =>
        _server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(Proxy, _upstream.Index, spec, ", timeout: 30s"));

    static string GetJson(int count)
    {
        var today = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var files = Enumerable.Range(0, count).Select(i =>
            $$"""
            {"filename":"demo-{{i}}.tar.gz","url":"../../files/demo-{{i}}.tar.gz","size":{{i + 1}},
            "hashes":{"sha256":"{{i:x64}}"},"requires-python":">=3.9","yanked":false,
            "upload-time":"{{(i % 2 == 0 ? today : "2024-01-02T03:04:05Z")}}"}
            """);
        return $$"""
            {"meta":{"api-version":"1.1"},"name":"demo","versions":[],"files":[{{string.Join(",", files)}}]}
            """;
    }

    static string GetHtml(int count)
    {
        var text = new StringBuilder("<!DOCTYPE html><html><body>\n");
        for (var i = 0; i < count; i++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"<a href=\"../../files/demo-{i}.tar.gz#sha256={i:x64}\" data-requires-python=\"&gt;=3.9\">demo</a>\n");
        return text.Append("</body></html>").ToString();
    }
}
