using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>The metadata of wheels for which upstream has no metadata file.</summary>
public sealed class RangedMetadataTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    readonly TemporaryFolder _folder = new();
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(await PrivateAuthority.MakeAsync(_folder));
        _upstream.AnswersTails = true;
        _server = await PyRepoServer.StartAsync(GetManifest(_upstream));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_first_page_has_metadata_without_a_wheel_download_if_upstream_supports_ranges()
    {
        var files = Enumerable.Range(0, 3).Select(i => ScriptedFile.Wheel("one", $"{i}.0", 3_000_000, i)).ToArray();
        _upstream.Serve(new ScriptedPage("one", files));
        foreach (var file in files)
            _upstream.AtFile(file.FileName, Tail(file.Bytes));
        var page = await _server.PageAsync(Proxy, "one");
        foreach (var file in files)
        {
            var promised = page.File(file.FileName).GetProperty("core-metadata").GetProperty("sha256").GetString();
            var metadata = await _server.AskAsync(new Uri(page.GetUrl(file.FileName).AbsoluteUri + ".metadata"));
            Assert.Equal(promised, ScriptedFile.GetSha256(metadata.Must(HttpStatusCode.OK).Bytes));
            Assert.Contains("Name: one", metadata.Text, StringComparison.Ordinal);
        }
        Assert.All(
            _upstream.Seen.Where(s => s.Path.StartsWith("/files/", StringComparison.Ordinal)),
            s => Assert.NotNull(s["Range"]));
    }

    [Fact]
    public async Task Metadata_is_not_requested_if_upstream_ignores_ranges()
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
    public async Task Metadata_that_arrives_too_slowly_is_abandoned()
    {
        await using var server = await PyRepoServer.StartAsync(GetManifest(_upstream, ", timeout: 1s"));
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
        await gone.Task.WaitAsync(Eventually.Deadline);
    }

    [Fact]
    public async Task A_page_does_not_wait_for_metadata_of_a_silent_host()
    {
        var file = ScriptedFile.Wheel("one", "1.0");
        _upstream.Serve(new ScriptedPage("one", file));
        _upstream.AtFile(file.FileName, Replies.Silence);
        var page = (await _server.PageAsync(Proxy, "one")).Must(HttpStatusCode.OK);
        Assert.False(page.File(file.FileName).TryGetProperty("core-metadata", out _));
    }

    [Fact]
    public async Task Metadata_is_not_read_over_plain_HTTP()
    {
        await using var plain = await ScriptedUpstream.StartAsync();
        plain.AnswersTails = true;
        await using var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(Proxy, plain.Index));
        var file = ScriptedFile.Wheel("one", "1.0");
        plain.Serve(new ScriptedPage("one", file));
        plain.AtFile(file.FileName, Tail(file.Bytes));
        Assert.Null(GetMetadata(await server.PageAsync(Proxy, "one"), file));
        Assert.Equal(0, plain.CountOfFile(file.FileName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Metadata_is_not_read_from_a_host_that_upstream_only_links_or_redirects_to(bool redirects)
    {
        await using var elsewhere = await ScriptedUpstream.StartAsync(PrivateAuthority.Made(_folder));
        elsewhere.AnswersTails = true;
        var file = ScriptedFile.Wheel("one", "1.0") with { Size = null };
        elsewhere.AtFile(file.FileName, Tail(Forged("one").Bytes));
        var link = new Uri(elsewhere.Url, $"files/{file.FileName}").AbsoluteUri;
        _upstream.Serve(new ScriptedPage("one", redirects ? file : file with { Url = link }));
        if (redirects)
            _upstream.AtFile(file.FileName, Replies.Redirect(link));
        Assert.Null(GetMetadata(await _server.PageAsync(Proxy, "one"), file));
    }

    [Fact]
    public async Task Metadata_of_the_verified_wheel_replaces_them_immediately()
    {
        var file = ScriptedFile.Wheel("one", "1.0") with { Size = null };
        _upstream.Serve(new ScriptedPage("one", file));
        _upstream.AtFile(file.FileName, Tail(Forged("one").Bytes));
        Assert.NotNull(GetMetadata(await _server.PageAsync(Proxy, "one"), file));
        _upstream.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        var download = await _server.FileAsync(Proxy, "one", file.FileName);
        Assert.Equal(file.Bytes, download.Must(HttpStatusCode.OK).Bytes);
        await Eventually.IsAsync(
            "the page has the metadata of the wheel", ScriptedFile.GetSha256(MetadataIn(file)),
            async () => GetMetadata(await _server.PageAsync(Proxy, "one"), file));
        var page = await _server.PageAsync(Proxy, "one");
        var metadata = await _server.AskAsync(new Uri(page.GetUrl(file.FileName).AbsoluteUri + ".metadata"));
        Assert.Equal(MetadataIn(file), metadata.Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(1, _upstream.CountOfPage("one"));
    }

    [Fact]
    public async Task Metadata_is_not_shared_with_another_project_that_has_the_same_bytes()
    {
        var right = ScriptedFile.Wheel("one", "1.0") with { Size = null };
        var other = Forged("two") with { Hashes = right.Hashes, Size = null };
        _upstream.Serve(new ScriptedPage("two", other));
        _upstream.AtFile(other.FileName, Tail(other.Bytes));
        Assert.NotNull(GetMetadata(await _server.PageAsync(Proxy, "two"), other));
        _upstream.Serve(new ScriptedPage("one", right));
        _upstream.AtFile(right.FileName, Replies.Status(404));
        Assert.Null(GetMetadata(await _server.PageAsync(Proxy, "one"), right));
    }

    string GetManifest(ScriptedUpstream upstream, string more = "") => Manifest.All(
        ProxyManifest.Proxy(
            Proxy, upstream.Index, more: $", caBundleRef: {{ kind: ConfigMap, name: ca, key: ca.crt }}{more}"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ca }\ndata:\n  ca.crt: |\n"
            + $"{PrivateAuthority.Indented(_folder)}\n");

    /// <summary>A wheel that asks for something else.</summary>
    static ScriptedFile Forged(string project) =>
        new(TestWheel.Create(project, "1.0", metadata: "Requires-Dist: evil\n"));

    static string? GetMetadata(ProxyResponse page, ScriptedFile file) =>
        page.Must(HttpStatusCode.OK).File(file.FileName).TryGetProperty("core-metadata", out var promised)
            && promised.ValueKind is JsonValueKind.Object
                ? promised.GetProperty("sha256").GetString() : null;

    static byte[] MetadataIn(ScriptedFile wheel)
    {
        using var zip = new ZipArchive(new MemoryStream(wheel.Bytes));
        using var entry = zip.Entries.Single(e => e.Name == "METADATA").Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
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
