using System.Net;
using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>Pages that are odd, old, hostile, or about to change, and what the proxy makes of them.</summary>
public sealed class BadPageTests(ManyProxies many, ITestOutputHelper output) : IClassFixture<ManyProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    [Fact]
    public async Task An_older_page_after_a_newer_one_does_not_take_a_release_away()
    {
        var name = many.Take();
        var (one, two) = (ScriptedFile.Wheel(name, "1.0"), ScriptedFile.Wheel(name, "2.0"));
        many.Upstream.Serve(new ScriptedPage(name, one, two) { Serial = 20 });
        Assert.Equal(2, (await many.Server.PageAsync(name, name)).FileNames.Count);
        many.Upstream.Serve(new ScriptedPage(name, one) { Serial = 10 });
        var asked = many.Upstream.CountOfPage(name);
        await Eventually.IsAsync("the older page was seen", async () =>
        {
            Assert.Equal(2, (await many.Server.PageAsync(name, name)).FileNames.Count);
            return many.Upstream.CountOfPage(name) > asked + 1;
        });
        Assert.Equal(2, (await many.Server.PageAsync(name, name)).FileNames.Count);
    }

    [Fact]
    public async Task A_deleted_release_disappears_with_its_file_even_if_cached()
    {
        var name = many.Take();
        var (one, two) = (ScriptedFile.Wheel(name, "1.0"), ScriptedFile.Wheel(name, "2.0"));
        many.Upstream.Serve(new ScriptedPage(name, one, two));
        var url = (await many.Server.PageAsync(name, name)).GetUrl(two.FileName);
        (await many.Server.AskAsync(url)).Must(HttpStatusCode.OK);
        many.Upstream.Serve(new ScriptedPage(name, one));
        await Eventually.IsAsync("the release is gone", async () =>
            (await many.Server.PageAsync(name, name)).FileNames.SequenceEqual([one.FileName]));
        (await many.Server.AskAsync(url)).Must(HttpStatusCode.NotFound);
        (await many.Server.AskAsync(new Uri(many.Server.GetUrl(name), $"packages/{name}/{two.FileName}"))).Must(
            HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_deleted_project_is_missing_rather_than_stale_even_when_upstream_goes_silent(int status)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file));
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        (await many.Server.AskAsync(url)).Must(HttpStatusCode.OK);
        many.Upstream.AtPage(name, Replies.Status(status));
        await Eventually.IsAsync(
            "the project is gone", HttpStatusCode.NotFound,
            async () => (await many.Server.PageAsync(name, name)).Status);
        (await many.Server.AskAsync(url)).Must(HttpStatusCode.NotFound);
        many.Upstream.AtPage(name, Replies.Drop);
        (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
        many.Upstream.Serve(new ScriptedPage(name, file));
        await Eventually.IsAsync(
            "the project is back", HttpStatusCode.OK, async () => (await many.Server.PageAsync(name, name)).Status);
    }

    [Fact]
    public async Task A_project_is_missing_if_upstream_answers_403_for_missing_projects()
    {
        var name = many.Take();
        many.Upstream.AtPage(name, Replies.Status(403));
        (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_HTML_only_upstream_works()
    {
        var name = many.Take();
        var file =
            ScriptedFile.Wheel(name, "1.0") with { RequiresPython = ">=3.8,<4", Yanked = "a \"bad\" <b>release</b>" };
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtPage(name, new ScriptedPage(name, file).AsHtml());
        var shown = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).File(file.FileName);
        Assert.Equal(">=3.8,<4", shown.GetProperty("requires-python").GetString());
        Assert.Equal(file.Yanked, shown.GetProperty("yanked").GetString());
        Assert.Equal(ScriptedFile.GetSha256(file.Bytes), shown.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gzipped_pages_are_read(bool json)
    {
        var name = many.Take();
        var page = new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0"));
        many.Upstream.AtPage(
            name, json ? Replies.Gzip(page.JsonBody, Replies.Json) : Replies.Gzip(page.HtmlBody, "text/html"));
        Assert.Single((await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).FileNames);
    }

    [Theory]
    [InlineData("2.0", HttpStatusCode.ServiceUnavailable)]
    [InlineData("1.99", HttpStatusCode.OK)]
    public async Task A_page_of_an_api_version_that_means_something_else_is_rejected(
        string version, HttpStatusCode status)
    {
        var name = many.Take();
        many.Upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")) { ApiVersion = version });
        (await many.Server.PageAsync(name, name)).Must(status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"meta\":{\"api-version\":\"1.0\"}}")]
    [InlineData("{\"meta\":{\"api-version\":\"1.0\"},\"files\":[]}")]
    [InlineData("{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"NAME\"}")]
    [InlineData("{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"NAME\",\"files\":{}}")]
    public async Task JSON_that_is_not_a_page_is_never_taken_for_an_empty_project(string text)
    {
        var name = many.Take();
        many.Upstream.AtPage(name, Replies.Text(text.Replace("NAME", name, StringComparison.Ordinal), Replies.Json));
        (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_project_without_files_is_known()
    {
        var name = many.Take();
        many.Upstream.Serve(new ScriptedPage(name));
        Assert.Empty((await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).FileNames);
    }

    [Fact]
    public async Task Names_that_are_not_normalized_are_the_same_project()
    {
        var name = many.Take();
        var loud = name.ToUpperInvariant().Replace('-', '.');
        var file = ScriptedFile.Wheel(loud, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file) { Name = loud });
        Assert.Equal([file.FileName], (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).FileNames);
        // Another spelling leads to the one page, and upstream is asked in the one spelling.
        var other = await many.Server.PageAsync(name, loud);
        Assert.True(other.Status is HttpStatusCode.Found or HttpStatusCode.OK, other.ToString());
        Assert.Equal(0, many.Upstream.CountOfPage(loud));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task The_first_of_two_files_with_one_name_wins_on_the_page_and_for_downloads()
    {
        var name = many.Take();
        var first = ScriptedFile.Wheel(name, "1.0");
        var second = ScriptedFile.Wheel(name, "1.0", seed: 1) with { Url = "../../files/second.whl" };
        many.Upstream.Serve(new ScriptedPage(name, first));
        many.Upstream.AtPage(name, new ScriptedPage(name, first, second).AsJson());
        Assert.Equal([first.FileName], (await many.Server.PageAsync(name, name)).FileNames);
        Assert.Equal(
            first.Bytes, (await many.Server.FileAsync(name, name, first.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("..\\evil-1.0.tar.gz")]
    [InlineData(".hidden-1.0.tar.gz")]
    [InlineData("NAME-1.0.tar.gz\n")]
    [InlineData("/NAME-1.0.tar.gz")]
    [InlineData("")]
    public async Task A_hostile_file_name_is_left_out_and_the_others_stay(string hostile)
    {
        var name = many.Take();
        var good = ScriptedFile.Wheel(name, "1.0");
        var bad = new ScriptedFile(
            hostile.Replace("NAME", name, StringComparison.Ordinal), good.Bytes)
        { Url = "../../files/bad" };
        many.Upstream.Serve(new ScriptedPage(name, good));
        many.Upstream.AtPage(name, new ScriptedPage(name, bad, good).AsJson());
        Assert.Equal([good.FileName], (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).FileNames);
    }

    [Fact]
    public async Task Text_of_upstream_is_never_rendered_as_markup()
    {
        var name = many.Take();
        var evil = new ScriptedFile($"{name}-1.0\"><script>alert(1)</script>.tar.gz", [1, 2, 3])
        {
            Url = "../../files/evil",
            RequiresPython = "\"><script>alert(2)</script>",
            Yanked = "\"><script>alert(3)</script>",
        };
        many.Upstream.AtPage(name, new ScriptedPage(name, evil, ScriptedFile.Wheel(name, "2.0")).AsJson());
        var html = await many.Server.AskAsync(new Uri(many.Server.IndexOf(name), $"{name}/"), accept: "text/html");
        Assert.DoesNotContain("<script", html.Must(HttpStatusCode.OK).Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x.whl")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://[not-an-address/x.whl")]
    [InlineData("http:///x.whl")]
    [InlineData("https://127.0.0.1:99999/x.whl")]
    public async Task A_file_with_an_unusable_link_never_causes_a_server_error(string url)
    {
        var name = many.Take();
        var good = ScriptedFile.Wheel(name, "2.0");
        var bad = ScriptedFile.Wheel(name, "1.0") with { Url = url };
        many.Upstream.Serve(new ScriptedPage(name, good));
        many.Upstream.AtPage(name, new ScriptedPage(name, bad, good).AsJson());
        var page = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
        Assert.Contains(good.FileName, page.FileNames);
        Assert.Equal([good.FileName], page.FileNames);
    }

    [Fact]
    public async Task Upload_times_sizes_and_yanks_of_upstream_are_passed_on()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0") with { Yanked = "broken", RequiresPython = ">=3.9" };
        many.Upstream.Serve(new ScriptedPage(name, file, ScriptedFile.Wheel(name, "2.0") with { UploadTime = null }));
        var page = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
        var shown = page.File(file.FileName);
        Assert.Equal("broken", shown.GetProperty("yanked").GetString());
        Assert.Equal(">=3.9", shown.GetProperty("requires-python").GetString());
        Assert.Equal(file.Bytes.Length, shown.GetProperty("size").GetInt64());
        Assert.StartsWith(
            "2024-01-02T03:04:05", shown.GetProperty("upload-time").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, page.Json.GetProperty("versions").ValueKind);
    }
}
