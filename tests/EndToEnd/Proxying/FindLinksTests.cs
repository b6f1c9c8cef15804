using System.Net;
using System.Text;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// An upstream that is one page with links to the files of all projects, as pip's --find-links takes it.
/// </summary>
public sealed class FindLinksTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    const string Path = "/wheels/all.html";
    const string ShortLived = "cache: { projectTtl: 1s, notFoundTtl: 1s, indexTtl: 1s }";
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

    [Fact]
    public async Task Each_project_has_its_files_and_the_page_is_read_once_for_all()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, notFoundTtl: 1h }");
        var sdist = MadeSdist.Create("python-dateutil", "2.8.2");
        var files = Show(
            ScriptedFile.Wheel("demo", "1.0"), ScriptedFile.Wheel("demo", "2.0"),
            ScriptedFile.Wheel("demo-more", "1.0"), new ScriptedFile(sdist.FileName, sdist.Bytes));
        foreach (var (project, names) in (ValueTuple<string, string[]>[])[
            ("demo", [files[0].FileName, files[1].FileName]), ("demo-more", [files[2].FileName]),
            ("python-dateutil", [sdist.FileName])])
        {
            Assert.Equal(names, (await server.PageAsync(Proxy, project)).Must(HttpStatusCode.OK).FileNames.Order());
        }
        foreach (var missing in (string[])["python", "more", "dateutil", "demo-1", "none"])
            (await server.PageAsync(Proxy, missing)).Must(HttpStatusCode.NotFound);
        Assert.Equal(1, _upstream.GetCount(Path));
        Assert.Equal(
            files[2].Bytes,
            (await server.FileAsync(Proxy, "demo-more", files[2].FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(["demo", "demo-more", "python-dateutil"], await ProjectsAsync(server));
        Assert.All(_upstream.Seen, s => Assert.True(
            s.Path == Path || s.Path.StartsWith("/wheels/", StringComparison.Ordinal), s.Path));
    }

    [Fact]
    public async Task A_changed_page_is_picked_up_and_an_unchanged_one_is_not_sent_again()
    {
        var server = await StartAsync(ShortLived);
        var sent = 0;
        Show("\"1\"", () => sent++, ScriptedFile.Wheel("demo", "1.0"), ScriptedFile.Wheel("other", "1.0"));
        (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        (await server.PageAsync(Proxy, "other")).Must(HttpStatusCode.OK);
        await Eventually.IsAsync(
            "it is confirmed", "REVALIDATED", async () => (await server.PageAsync(Proxy, "demo")).XCache);
        Assert.Equal(1, sent);
        Show("\"2\"", () => sent++, ScriptedFile.Wheel("demo", "1.0"), ScriptedFile.Wheel("demo", "2.0"));
        await Eventually.IsAsync(
            "the new release is there", 2, async () => (await server.PageAsync(Proxy, "demo")).FileNames.Count);
        await Eventually.IsAsync(
            "the other project is gone", HttpStatusCode.NotFound,
            async () => (await server.PageAsync(Proxy, "other")).Status);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(503)]
    [InlineData(200)]
    public async Task Without_the_page_no_project_is_missing(int status)
    {
        var server = await StartAsync(ShortLived);
        var file = Show(ScriptedFile.Wheel("demo", "1.0"))[0];
        (await server.FileAsync(Proxy, "demo", file.FileName)).Must(HttpStatusCode.OK);
        _upstream.At(Path, status is 200
            ? Replies.Text("<html><a href=/login>Please log in</a></html>", "text/html") : Replies.Status(status));
        await Eventually.IsAsync(
            "the page is stale", "STALE", async () => (await server.PageAsync(Proxy, "demo")).XCache);
        (await server.PageAsync(Proxy, "other")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(file.Bytes, (await server.FileAsync(Proxy, "demo", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        (await server.AskAsync(server.IndexOf(Proxy), accept: Replies.Json)).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_thousand_missing_names_cost_few_requests()
    {
        var server = await StartAsync("cache: { projectTtl: 1h, notFoundTtl: 0s }");
        Show(ScriptedFile.Wheel("demo", "1.0"));
        await Parallel.ForAsync(0, 1000, async (i, _) =>
            (await server.PageAsync(Proxy, $"none-{i}")).Must(HttpStatusCode.NotFound));
        Assert.InRange(_upstream.GetCount(Path), 1, 5);
    }

    [Fact]
    public async Task A_mirror_fetches_all_of_it()
    {
        var server = await StartAsync("mode: Mirror, mirror: { interval: 1h }");
        var files = Show(ScriptedFile.Wheel("demo", "1.0"), ScriptedFile.Wheel("other", "1.0"));
        // The first pass may have been before.
        await Eventually.IsAsync("all files are there", () => Task.FromResult(
            files.All(f => _upstream.GetCount($"/wheels/{f.FileName}") > 0)));
    }

    [Fact]
    public async Task A_files_age_counts_from_the_first_reading()
    {
        var server = await StartAsync($"{ShortLived}, policy: {{ minimumAge: 2s }}");
        Show(ScriptedFile.Wheel("demo", "1.0"));
        Assert.Empty((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        await Eventually.IsAsync(
            "it is old enough", 1, async () => (await server.PageAsync(Proxy, "demo")).FileNames.Count);
    }

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task Clients_install_from_it(string client)
    {
        var server = await StartAsync("mode: OnDemand");
        Show(
            new ScriptedFile(TestWheel.Module("demo", "1.0", "import needed\nvalue = needed.value\n", "needed")),
            new ScriptedFile(TestWheel.Module("needed", "1.0", "value = 'found'\n")));
        using var installation = new FreshInstallation(client, server.IndexOf(Proxy), "demo");
        Assert.Equal("found", await installation.PrintAsync("import demo; print(demo.value)"));
    }

    /// <summary>As nginx lists a folder.</summary>
    [Fact]
    public async Task A_folder_of_files_that_a_web_server_lists_is_one_with_the_layout_FindLinks()
    {
        var file = ScriptedFile.Wheel("a-project-with-a-name-that-is-too-long-for-nginx", "1.0");
        _upstream.At("/wheels/", Replies.Text(
            "<html><head><title>Index of /wheels/</title></head><body><h1>Index of /wheels/</h1><hr><pre>"
            + $"<a href=\"../\">../</a>\n<a href=\"{file.FileName}\">{file.FileName[..47]}..&gt;</a> "
            + "22-Nov-2026 10:00 99\n"
            + "<a href=\"demo-1.0.tar.gz\">demo-1.0.tar.gz</a> 22-Nov-2026 10:00 99\n</pre></body></html>",
            "text/html"));
        _upstream.At($"/wheels/{file.FileName}", Replies.Bytes(file.Bytes));
        var server = _server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy(Proxy, new Uri(_upstream.Url, "wheels/"), more: ", layout: FindLinks"));
        Assert.Equal(["a-project-with-a-name-that-is-too-long-for-nginx", "demo"], await ProjectsAsync(server));
        Assert.Equal(file.Bytes, (await server.FileAsync(
            Proxy, "a-project-with-a-name-that-is-too-long-for-nginx", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        (await server.PageAsync(Proxy, "none")).Must(HttpStatusCode.NotFound);
    }

    /// <summary>A URL that does not say so is asked for each project.</summary>
    [Fact]
    public async Task The_layout_can_be_changed()
    {
        Show(ScriptedFile.Wheel("demo", "1.0"));
        _upstream.At($"{Path}/demo/", new ScriptedPage("demo", ScriptedFile.Wheel("demo", "2.0")).AsJson());
        var server = _server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy(Proxy, new Uri(_upstream.Url, Path), more: ", layout: SimpleApi"));
        Assert.Equal(["demo-2.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).FileNames);
        await File.WriteAllTextAsync(
            server.ManifestFile, ProxyManifest.Proxy(Proxy, new Uri(_upstream.Url, Path), more: ", layout: FindLinks"));
        await Eventually.IsAsync("the page of all projects is read", "demo-1.0-py3-none-any.whl", async () =>
            string.Join(' ', (await server.PageAsync(Proxy, "demo")).FileNames));
    }

    ScriptedFile[] Show(params ScriptedFile[] files) => Show(null, () => { }, files);

    /// <summary>Serves a page with links beside it, and other links.</summary>
    ScriptedFile[] Show(string? etag, Action sent, params ScriptedFile[] files)
    {
        files = [.. files.Select(f => f with { Url = f.FileName })];
        foreach (var file in files)
            _upstream.At($"/wheels/{file.FileName}", Replies.Bytes(file.Bytes));
        var text = new StringBuilder("<html><body><a href=\"../\">Up</a><a href=\"https://example.com/\">Home</a>\n");
        foreach (var file in files)
            text.Append(file.ToHtml());
        var page = Replies.Text(text.Append("<a href=README.txt>Read me</a></body></html>").ToString(), "text/html");
        Reply counted = context =>
        {
            sent();
            return page(context);
        };
        _upstream.At(Path, etag is null ? counted : Replies.WithETag(etag, counted));
        return files;
    }

    async Task<PyRepoServer> StartAsync(string spec) => _server = await PyRepoServer.StartAsync(
        ProxyManifest.Proxy(Proxy, new Uri(_upstream.Url, Path), spec, ", timeout: 2s"));

    static async Task<IEnumerable<string?>> ProjectsAsync(PyRepoServer server) =>
        (await server.AskAsync(server.IndexOf(Proxy), accept: Replies.Json)).Must(HttpStatusCode.OK)
            .Json.GetProperty("projects").EnumerateArray().Select(p => p.GetProperty("name").GetString());
}
