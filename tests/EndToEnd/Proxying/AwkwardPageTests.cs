using System.Net;
using System.Text.Json;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// Upstreams that are no index of their own making: folders behind a web server, buckets, odd spellings.
/// </summary>
public sealed class AwkwardPageTests(ManyProxies many, ITestOutputHelper output)
    : IClassFixture<ManyProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task Without_a_list_of_projects_the_list_is_unavailable_and_projects_work(int status)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy("proxy", upstream.Index));
        upstream.At("/simple/", Replies.Status(status));
        upstream.Otherwise = Replies.Status(403);
        var file = ScriptedFile.Wheel("demo", "1.0");
        upstream.Serve(new ScriptedPage("demo", file));
        var list = await server.AskAsync(server.IndexOf("proxy"), accept: Replies.Json);
        Assert.Contains($"{status}", list.Must(HttpStatusCode.ServiceUnavailable).Text, StringComparison.Ordinal);
        Assert.Equal(
            file.Bytes, (await server.FileAsync("proxy", "demo", file.FileName)).Must(HttpStatusCode.OK).Bytes);
        (await server.PageAsync("proxy", "none")).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Spellings_of_a_name_in_links_are_the_same_project()
    {
        var name = many.Take();
        var (snake, loud) = (name.Replace('-', '_'), name.ToUpperInvariant());
        var bytes = MadeSdist.Create(name, "1.0").Bytes;
        string[] names =
            [$"{snake}-1.0.tar.gz", $"{loud}-1.1.zip", $"{name}-1.2.tar.bz2", $"{name.Replace('-', '.')}-1.3.tar.gz",
             $"{loud.Replace('-', '_')}-1.4-py3-none-any.whl"];
        var page = new ScriptedPage(name, [.. names.Select(n => new ScriptedFile(n, bytes)), new("x-1.tar.gz", bytes)])
        {
            Name = loud,
        };
        many.Upstream.Serve(page);
        many.Upstream.AtPage(name, page.AsHtml());
        var shown = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
        Assert.Equal(names.Order(StringComparer.Ordinal), shown.FileNames.Order(StringComparer.Ordinal));
        Assert.Equal(name, shown.Json.GetProperty("name").GetString());
        foreach (var fileName in names)
            Assert.Equal(bytes, (await many.Server.FileAsync(name, name, fileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task An_upstream_that_redirects_to_its_own_spelling_is_followed()
    {
        var name = many.Take();
        var own = name.ToUpperInvariant().Replace('-', '.');
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.AtPage(name, Replies.Redirect($"/simple/{own}/", 301));
        many.Upstream.AtPage(own, new ScriptedPage(own, file).AsHtml());
        many.Upstream.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    public static TheoryData<string, string, string> Listings => new()
    {
        {
            "nginx",
            "<html>\n<head><title>Index of /simple/</title></head>\n<body>\n<h1>Index of /simple/</h1><hr><pre>"
            + "<a href=\"../\">../</a>\n",
            "<a href=\"HREF\">TEXT</a>                    22-Nov-2026 10:00        123\n"
        },
        {
            "Apache",
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\">\n<html><body><h1>Index of /simple</h1><table>"
            + "<tr><th><a href=\"?C=N;O=D\">Name</a></th><th><a href=\"?C=M;O=A\">Last modified</a></th>"
            + "<th><a href=\"?C=S;O=A\">Size</a></th><th><a href=\"?C=D;O=A\">Description</a></th></tr>"
            + "<tr><td><a href=\"/\">Parent Directory</a></td></tr>\n",
            "<tr><td><a href=\"HREF\">TEXT</a></td><td align=\"right\">2026-11-22 10:00  </td></tr>\n"
        },
        {
            "python -m http.server",
            "<!DOCTYPE HTML><html lang=\"en\"><head><title>Directory listing for /simple/</title></head><body><ul>\n",
            "<li><a href=\"HREF\">TEXT</a></li>\n"
        },
    };

    [Theory]
    [MemberData(nameof(Listings))]
    public async Task A_folder_that_a_web_server_lists_is_an_index(string server, string head, string entry)
    {
        output.WriteLine(server);
        await using var upstream = await ScriptedUpstream.StartAsync();
        var proxy = many.Take();
        await using var pyrepo = await PyRepoServer.StartAsync(ProxyManifest.Proxy(proxy, upstream.Index));
        const string name = "a-project-with-a-name-that-is-too-long-for-the-column-of-nginx";
        var file = ScriptedFile.Wheel(name, "1.0");
        upstream.At("/simple/", Replies.Text(head
            + Entry(entry, "demo/", "demo/") + Entry(entry, $"{name}/", $"{name[..47]}..&gt;"), "text/html"));
        upstream.AtPage(name, Replies.Text(head
            + Entry(entry, file.FileName, $"{file.FileName[..47]}..&gt;") + Entry(entry, "README", "README"),
            "text/html"));
        upstream.At($"/simple/{name}/{file.FileName}", Replies.Bytes(file.Bytes));
        var list = await pyrepo.AskAsync(pyrepo.IndexOf(proxy), accept: Replies.Json);
        Assert.Equal([name, "demo"], list.Must(HttpStatusCode.OK).Json.GetProperty("projects").EnumerateArray()
            .Select(p => p.GetProperty("name").GetString()));
        var page = (await pyrepo.PageAsync(proxy, name)).Must(HttpStatusCode.OK);
        Assert.Equal([file.FileName], page.FileNames);
        Assert.Equal(
            file.Bytes, (await pyrepo.FileAsync(proxy, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    /// <summary>A page without sizes, dates, hashes: what was downloaded first tells.</summary>
    [Fact]
    public async Task Missing_hashes_appear_once_a_file_is_cached()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0") with { Hashes = new Dictionary<string, string>() };
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtPage(name, new ScriptedPage(name, file).AsHtml());
        var before = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).File(file.FileName);
        Assert.Empty(before.GetProperty("hashes").EnumerateObject());
        (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK);
        await Eventually.IsAsync("the page tells hash and size", async () =>
            (await many.Server.PageAsync(name, name)).File(file.FileName) is var shown
            && shown.GetProperty("hashes").TryGetProperty("sha256", out var sha256)
            && sha256.GetString() == ScriptedFile.GetSha256(file.Bytes)
            && shown.GetProperty("size") is { ValueKind: JsonValueKind.Number } size
            && size.GetInt64() == file.Bytes.Length);
    }

    [Fact]
    public async Task Metadata_that_upstream_compresses_without_being_asked_is_served_as_it_is_and_no_wheel_fetched()
    {
        var name = many.Take();
        const string metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n";
        var file = ScriptedFile.Wheel(name, "1.0") with
        {
            CoreMetadata = ScriptedFile.GetSha256(System.Text.Encoding.UTF8.GetBytes(metadata)),
        };
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile($"{file.FileName}.metadata", Replies.Gzip(metadata, "text/plain"));
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        var answer = (await many.Server.AskAsync(new Uri($"{url}.metadata"))).Must(HttpStatusCode.OK);
        Assert.Equal(metadata, answer.Text);
        Assert.Null(answer["Content-Encoding"]);
        Assert.Equal(0, many.Upstream.CountOfFile(file.FileName));
    }

    static string Entry(string entry, string href, string text) => entry
        .Replace("HREF", href, StringComparison.Ordinal).Replace("TEXT", text, StringComparison.Ordinal);
}
