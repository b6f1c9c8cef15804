using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace EndToEnd.Proxying;

/// <summary>
/// One fetch of a file serves all who ask for it while it runs, in flat memory, by whichever URL they ask.
/// </summary>
public abstract class SharingTests(PatientProxies many, ITestOutputHelper output) : IDisposable
{
    const int BigSize = 100 << 20;
    const int SomeSize = 8 << 20;
    const int Clients = 20;
    const long MoreMemory = 60 << 20;

    public void Dispose() => many.Server.ShowLog(output);

    [Fact]
    public async Task Twenty_clients_of_an_uncached_file_share_one_fetch_with_flat_memory()
    {
        var name = many.Take();
        var file = new ScriptedFile($"{name}-1.0.tar.gz", RandomNumberGenerator.GetBytes(BigSize));
        var sha256 = ScriptedFile.GetSha256(file.Bytes);
        many.Upstream.Serve(new ScriptedPage(name, file));
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        var before = PeakMemory();
        var got = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => HashAsync(url)));
        Assert.All(got, hash => Assert.Equal(sha256, hash));
        Assert.Equal(1, many.Upstream.CountOfFile(file.FileName));
        Assert.InRange(PeakMemory() - before, 0, MoreMemory);
    }

    [Fact]
    public async Task Bytes_are_forwarded_before_upstream_has_sent_them_all()
    {
        var name = many.Take();
        var (file, gate) = Gated(name, first: SomeSize / 2);
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        using var answer = await many.Server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(SomeSize, answer.Content.Headers.ContentLength);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var bytes = new byte[SomeSize];
        await body.ReadExactlyAsync(bytes.AsMemory(0, SomeSize / 2));
        gate.SetResult();
        await body.ReadExactlyAsync(bytes.AsMemory(SomeSize / 2));
        Assert.Equal(file.Bytes, bytes);
    }

    [Fact]
    public async Task The_JSON_document_waits_for_a_file_that_is_being_fetched()
    {
        var name = many.Take();
        var (file, gate) = Gated(name, first: SomeSize / 2);
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        using var fetching = await many.Server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        var asking = many.Server.AskAsync(new Uri(many.Server.GetUrl(name), $"pypi/{name}/json"));
        gate.SetResult();
        (await asking).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ranges_are_answered_while_the_file_is_fetched()
    {
        var name = many.Take();
        var (file, gate) = Gated(name, first: SomeSize / 2);
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        var early = await many.Server.AskAsync(url, range: new RangeHeaderValue(100, 199));
        Assert.Equal(HttpStatusCode.PartialContent, early.Status);
        Assert.Equal(file.Bytes[100..200], early.Bytes);
        Assert.Equal($"bytes 100-199/{SomeSize}", early["Content-Range"]);
        var late = many.Server.AskAsync(url, range: new RangeHeaderValue(null, 1000));
        var head = await many.Server.AskAsync(url, method: HttpMethod.Head);
        Assert.Equal(SomeSize.ToString(CultureInfo.InvariantCulture), head["Content-Length"]);
        Assert.False(late.IsCompleted);
        gate.SetResult();
        Assert.Equal(file.Bytes[^1000..], (await late).Bytes);
        Assert.Equal(1, many.Upstream.CountOfFile(file.FileName));
    }

    [Fact]
    public async Task The_fetch_continues_for_the_others_and_the_cache_when_the_first_client_leaves()
    {
        var name = many.Take();
        var (file, gate) = Gated(name, first: SomeSize / 2);
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        using (var first = await many.Server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var second = many.Server.AskAsync(url);
        gate.SetResult();
        Assert.Equal(file.Bytes, (await second).Must(HttpStatusCode.OK).Bytes);
        await Eventually.IsAsync("it is cached", "HIT", async () => (await many.Server.AskAsync(url)).XCache);
        Assert.Equal(1, many.Upstream.CountOfFile(file.FileName));
    }

    [Fact]
    public async Task The_file_is_cached_even_when_the_only_client_leaves()
    {
        var name = many.Take();
        var (file, gate) = Gated(name, first: SomeSize / 2);
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        using (var first = await many.Server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        gate.SetResult();
        await Eventually.IsAsync("it is cached", "HIT", async () => (await many.Server.AskAsync(url)).XCache);
        Assert.Equal(1, many.Upstream.CountOfFile(file.FileName));
    }

    [Fact]
    public async Task Twenty_clients_of_an_uncached_page_share_one_request()
    {
        var name = many.Take();
        var gate = new TaskCompletionSource();
        many.Upstream.AtPage(
            name, Replies.Later(gate.Task, new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")).AsJson()));
        var pages = Enumerable.Range(0, Clients).Select(_ => many.Server.PageAsync(name, name)).ToArray();
        await Eventually.IsAsync("upstream is asked", () => Task.FromResult(many.Upstream.CountOfPage(name) > 0));
        gate.SetResult();
        Assert.All(await Task.WhenAll(pages), p => Assert.Equal(HttpStatusCode.OK, p.Status));
        Assert.Equal(1, many.Upstream.CountOfPage(name));
    }

    [Fact]
    public async Task Pages_do_not_wait_behind_big_files()
    {
        var name = many.Take();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedFile[] files = [.. Enumerable.Range(0, 5).Select(i => GetFile(name, $"{i}.0"))];
        many.Upstream.Serve(new ScriptedPage(name, files));
        foreach (var file in files)
            many.Upstream.AtFile(file.FileName, Replies.Gated(file.Bytes, SomeSize / 2, gate.Task));
        var downloads = files.Select(f => many.Server.FileAsync(name, name, f.FileName)).ToArray();
        await Eventually.IsAsync(
            "all are fetched", () => Task.FromResult(files.All(f => many.Upstream.CountOfFile(f.FileName) == 1)));
        var other = $"{name}-other";
        many.Upstream.Serve(new ScriptedPage(other, ScriptedFile.Wheel(other, "1.0")));
        Assert.Equal("MISS", (await many.Server.PageAsync(name, other)).Must(HttpStatusCode.OK).XCache);
        Assert.All(downloads, d => Assert.False(d.IsCompleted));
        gate.SetResult();
        Assert.All(await Task.WhenAll(downloads), d => Assert.Equal(HttpStatusCode.OK, d.Status));
    }

    static ScriptedFile GetFile(string name, string version) =>
        new($"{name}-{version}.tar.gz", RandomNumberGenerator.GetBytes(SomeSize));

    (ScriptedFile File, TaskCompletionSource Gate) Gated(string name, int first)
    {
        var file = GetFile(name, "1.0");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Gated(file.Bytes, first, gate.Task));
        return (file, gate);
    }

    async Task<string> HashAsync(Uri url)
    {
        using var answer = await many.Server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(body));
    }

    long PeakMemory()
    {
        var line = File.ReadLines($"/proc/{many.Server.ProcessId}/status").Single(
            l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>By the URL with the project and the hash.</summary>
    [Collection(nameof(Alone))]
    public sealed class ByHash(PatientProxies many, ITestOutputHelper output)
        : SharingTests(many, output), IClassFixture<PatientProxies>;

    /// <summary>By the URL with the host and path at upstream.</summary>
    [Collection(nameof(Alone))]
    public sealed class ByAlias(PatientLinkedProxies many, ITestOutputHelper output)
        : SharingTests(many, output), IClassFixture<PatientLinkedProxies>;
}
