using System.Globalization;
using System.Net;
using System.Text;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Strangers ask for everything that is made of a large project, in the heap of a small container.</summary>
[Collection(nameof(Alone))]
public sealed class LargeDocumentTests(ITestOutputHelper output)
{
    const int Files = 20_000, Heap = 192, MaxMemory = 400;

    [Fact]
    public async Task Documents_of_a_large_project_fit_into_a_small_heap_for_any_caller()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.AtPage("large", Replies.Bytes(LargePage(), Replies.Json));
        await using var server = await PyRepoServer.StartWithHeapAsync(
            ProxyManifest.Proxy("mirror", upstream.Index), Heap);
        string[] paths =
        [
            "mirror/pypi/large/json", "mirror/pypi/large/1.0/json", "mirror/project/large/", "mirror/simple/large/",
            .. Enumerable.Range(10, 8).Select(day => $"mirror/@2026-01-{day}/simple/large/"),
        ];
        var answers = await Task.WhenAll(
            from path in paths
            from n in Enumerable.Range(0, 5)
            select AskAsync(server, path, $"host-{n}.localhost"));
        foreach (var count in answers.CountBy(answer => answer))
            output.WriteLine($"{count}");
        Assert.DoesNotContain(
            answers, answer => answer is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
        // After the rush, each gets what it asked for.
        foreach (var path in paths)
            Assert.Equal(HttpStatusCode.OK, await AskAsync(server, path, "a.localhost"));
        var page = await server.Http.GetStringAsync(new Uri(server.Url, "mirror/project/large/?tab=files"));
        Assert.Contains("200 of 20,000 files", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 0, 1 << 20);
        output.WriteLine($"{PeakMemory(server)} MiB");
        Assert.InRange(PeakMemory(server), 0, MaxMemory);
        Assert.DoesNotContain("OutOfMemory", server.LogText(), StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Many_releases_many_files_and_long_reasons_fit_into_a_small_heap_whoever_asks()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        for (var n = 0; n < 3; n++)
        {
            upstream.AtPage($"wide-{n}", Replies.Bytes(GetPage($"wide-{n}", Files, reasonLength: 0), Replies.Json));
            upstream.AtPage($"vast-{n}", Replies.Bytes(GetPage($"vast-{n}", 49_000, reasonLength: 0), Replies.Json));
            upstream.AtPage(
                $"told-{n}", Replies.Bytes(GetPage($"told-{n}", 1_000, reasonLength: 30_000), Replies.Json));
        }
        upstream.AtPage("releases", Replies.Bytes(GetPage("releases", Files, reasonLength: 0), Replies.Json));
        await using var server = await PyRepoServer.StartWithHeapAsync(
            ProxyManifest.Proxy("mirror", upstream.Index), Heap);
        (string Path, string Host)[] requests =
        [
            .. Enumerable.Range(0, 60).Select(n => ("mirror/pypi/releases/json", $"host-{n}.localhost")),
            .. Enumerable.Range(0, 12).Select(n => ($"mirror/project/wide-{n % 3}/", "a.localhost")),
            .. Enumerable.Range(0, 12).Select(n => ($"mirror/project/told-{n % 3}/", "a.localhost")),
            .. Enumerable.Range(0, 6).Select(n => ($"mirror/simple/vast-{n % 3}/", "a.localhost")),
        ];
        var answers = await Task.WhenAll(requests.Select(request => AskAsync(server, request.Path, request.Host)));
        foreach (var count in answers.CountBy(answer => answer))
            output.WriteLine($"{count}");
        Assert.DoesNotContain(
            answers, answer => answer is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
        // A page of 49,000 files may be too large for this heap.
        foreach (var (path, host) in requests.DistinctBy(request => request.Path)
            .Where(request => !request.Path.Contains("vast", StringComparison.Ordinal)))
        {
            await Eventually.IsAsync(
                $"{path} is there after the rush", HttpStatusCode.OK, () => AskAsync(server, path, host));
        }
        output.WriteLine($"{PeakMemory(server)} MiB");
        Assert.InRange(PeakMemory(server), 0, MaxMemory);
        Assert.DoesNotContain("OutOfMemory", server.LogText(), StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    [Theory]
    [InlineData(256)]
    [InlineData(4000)]
    public async Task An_invalid_host_is_refused(int length)
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, "team/simple/", "a_..b"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, "team/", new string('a', length)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "team/", "a_b.localhost"));
        Assert.DoesNotContain("   at ", server.LogText(), StringComparison.Ordinal);
    }

    static async Task<HttpStatusCode> AskAsync(PyRepoServer server, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        request.Headers.TryAddWithoutValidation("Host", host);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", path.Contains("json") ? "gzip" : "identity");
        using var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            Assert.NotNull(answer.Headers.RetryAfter);
        return answer.StatusCode;
    }

    static long PeakMemory(PyRepoServer server) => File.ReadLines($"/proc/{server.ProcessId}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        .Select(kibibytes => long.Parse(kibibytes, CultureInfo.InvariantCulture)).Single() >> 10;

    /// <summary>A page of so many releases of a file each, all of which are yanked for a reason.</summary>
    static byte[] GetPage(string project, int files, int reasonLength)
    {
        var yanked = reasonLength == 0 ? "false" : $"\"{new string('y', reasonLength)}\"";
        var page = new StringBuilder();
        page.Append($$"""{"meta":{"api-version":"1.4"},"name":"{{project}}","versions":[],"files":[""");
        page.AppendJoin(',', Enumerable.Range(0, files).Select(n =>
            $$"""{"filename":"{{project}}-1.{{n}}.tar.gz","url":"/files/{{n}}","hashes":{},"yanked":{{yanked}}}"""));
        return Encoding.UTF8.GetBytes(page.Append("]}").ToString());
    }

    static byte[] LargePage()
    {
        var page = new StringBuilder("""{"meta":{"api-version":"1.4"},"name":"large","versions":[],"files":[""");
        var reason = new string('y', 300);
        for (var i = 0; i < Files; i++)
        {
            var name = $"large-1.0-{i}-py3-none-any.whl";
            var hash = i.ToString("x64", CultureInfo.InvariantCulture);
            page.Append(
                CultureInfo.InvariantCulture,
                $$$"""
                {{{(i == 0 ? "" : ",")}}}{"filename":"{{{name}}}","url":"/files/{{{name}}}",
                "hashes":{"sha256":"{{{hash}}}"},
                "upload-time":"2026-01-{{{1 + (i % 28):00}}}T00:00:00Z","yanked":"{{{reason}}}",
                "provenance":"http://upstream.example/{{{i}}}"}
                """);
        }
        return Encoding.UTF8.GetBytes(page.Append("]}").ToString());
    }
}
