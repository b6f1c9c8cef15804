using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EndToEnd.Serving;

/// <summary>The pages of the Simple API, in every form that a client may ask for.</summary>
public sealed class PageTests(TeamServer fixture) : IClassFixture<TeamServer>
{
    const string Json = "application/vnd.pypi.simple.v1+json";
    const string Html = "application/vnd.pypi.simple.v1+html";
    const string Text = "text/html; charset=utf-8";
    const string Hostile = ">=3.8,<4 \"><script>alert(1)</script>&amp;'";
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");
    PyRepoServer Server => fixture.Server;

    [Theory]
    [InlineData(
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
        Json)] // pip
    [InlineData(
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01", Json)] // uv
    [InlineData("application/vnd.pypi.simple.v1+json, */*;q=0.1", Json)] // poetry
    [InlineData("application/vnd.pypi.simple.v1+json", Json)] // bandersnatch
    [InlineData("*/*", Text)] // hatch, curl
    [InlineData(null, Text)]
    [InlineData("", Text)]
    [InlineData("text/html", Text)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Text)] // browsers
    [InlineData("application/vnd.pypi.simple.v1+html", Html)]
    [InlineData("application/vnd.pypi.simple.latest+json", Json)]
    [InlineData("application/vnd.pypi.simple.latest+html", Html)]
    [InlineData("APPLICATION/VND.PYPI.SIMPLE.V1+JSON", Json)]
    [InlineData("application/vnd.pypi.simple.v1+json;charset=utf-8", Json)]
    [InlineData("text/html;q=0.5 , application/vnd.pypi.simple.v1+json ; q=0.9", Json)]
    [InlineData("application/vnd.pypi.simple.v1+json;q=0, */*", Text)]
    [InlineData("application/vnd.pypi.simple.v1+json;q=0.1, text/html", Text)]
    [InlineData("text/*", Text)]
    public async Task Each_client_gets_a_format_that_it_reads(string? accept, string expected)
    {
        await FillAsync();
        foreach (var path in (string[])["team/simple/", "team/simple/demo/", "team/+simple/demo/"])
        {
            using var answer = await GetAsync(path, accept);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(expected, Assert.Single(answer.Content.Headers.GetValues("Content-Type")));
            Assert.Contains("Accept", answer.Headers.Vary);
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("image/png, text/plain;q=0.5")]
    [InlineData("application/vnd.pypi.simple.v2+json")]
    [InlineData("text/html;q=0")]
    public async Task A_client_that_accepts_no_available_format_gets_406_and_a_message(string accept)
    {
        await FillAsync();
        using var answer = await GetAsync("team/simple/demo/", accept);
        Assert.Equal(HttpStatusCode.NotAcceptable, answer.StatusCode);
        Assert.Contains(Json, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1%2Bjson", "text/html", Json)]
    [InlineData("application/vnd.pypi.simple.v1+json", "text/html", Json)]
    [InlineData("application/vnd.pypi.simple.latest%2Bjson", "text/html", Json)]
    [InlineData("application/vnd.pypi.simple.v1%2Bhtml", Json, Html)]
    [InlineData("text/html", Json, Text)]
    [InlineData("text/plain", Json, Json)]
    [InlineData("", Json, Json)]
    public async Task A_format_in_the_URL_overrides_Accept(string format, string accept, string expected)
    {
        await FillAsync();
        using var answer = await GetAsync($"team/simple/demo/?format={format}", accept);
        Assert.Equal(expected, Assert.Single(answer.Content.Headers.GetValues("Content-Type")));
    }

    [Fact]
    public async Task Each_representation_has_its_own_ETag_and_is_not_sent_twice()
    {
        await FillAsync();
        var tags = new HashSet<string>();
        foreach (var accept in (string[])[Json, Html, "text/html"])
        {
            foreach (var encoding in (string[])["identity", "gzip"])
            {
                using var first = await GetAsync("team/simple/demo/", accept, ("Accept-Encoding", encoding));
                var tag = first.Headers.ETag!.ToString();
                Assert.False(first.Headers.ETag.IsWeak);
                Assert.True(tags.Add(tag));
                foreach (var known in (string[])[tag, $"\"other\", {tag}", $"W/{tag}", "*"])
                {
                    using var again = await GetAsync(
                        "team/simple/demo/", accept, ("Accept-Encoding", encoding), ("If-None-Match", known));
                    Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
                    Assert.Equal(tag, again.Headers.ETag!.ToString());
                    Assert.Contains("Accept", again.Headers.Vary);
                    Assert.Empty(await again.Content.ReadAsByteArrayAsync());
                }
            }
        }
        using var changed = await GetAsync("team/simple/demo/", Json, ("If-None-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task Pages_are_compressed_only_for_clients_that_accept_it()
    {
        await FillAsync();
        using var plain = await GetAsync("team/simple/demo/", Json);
        using var compressed = await GetAsync("team/simple/demo/", Json, ("Accept-Encoding", "gzip, deflate, br"));
        using var refused = await GetAsync("team/simple/demo/", Json, ("Accept-Encoding", "gzip;q=0, identity"));
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", compressed.Headers.Vary);
        using var inflated = new StreamReader(
            new GZipStream(await compressed.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await inflated.ReadToEndAsync());
    }

    [Theory]
    [InlineData("team/simple/")]
    [InlineData("team/simple/demo/")]
    [InlineData("team/simple/absent/")]
    [InlineData("team/pypi/demo/json")]
    [InlineData("team/simple/Demo/")]
    [InlineData("team/")]
    public async Task HEAD_answers_as_GET_does_without_the_body(string path)
    {
        await FillAsync();
        using var get = await GetAsync(path, Json);
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(Server.Url, path));
        request.Headers.TryAddWithoutValidation("Accept", Json);
        using var head = await Server.Http.SendAsync(request);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(GetHeaders(get), GetHeaders(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        static IEnumerable<string> GetHeaders(HttpResponseMessage answer) =>
            answer.Headers.Concat(answer.Content.Headers)
            .Where(h => h.Key != "Date").Select(h => $"{h.Key}: {WithoutNonce(string.Join(", ", h.Value))}").Order();

        static string WithoutNonce(string value) => Regex.Replace(value, "'nonce-[^']*'", "");
    }

    [Theory]
    [InlineData("team/simple", "/team/simple/")]
    [InlineData("team/+simple", "/team/+simple/")]
    [InlineData("team/simple/demo", "/team/simple/demo/")]
    [InlineData("team/simple/De_Mo.x", "/team/simple/de-mo-x/")]
    [InlineData("team/simple/De_Mo.x/", "/team/simple/de-mo-x/")]
    [InlineData("team/+simple/DEMO/", "/team/+simple/demo/")]
    [InlineData("team/simple/Demo/?format=text/html", "/team/simple/demo/?format=text/html")]
    [InlineData("team/pypi/Demo/json", "/team/pypi/demo/json")]
    [InlineData("team", "/team/")]
    public async Task Other_spellings_are_redirected_but_never_permanently(string path, string expected)
    {
        await FillAsync();
        // A list in JSON has no links, and is sent without the slash, too.
        using var answer = await GetAsync(path, path.EndsWith("simple", StringComparison.Ordinal) ? Html : Json);
        Assert.Contains((int)answer.StatusCode, (int[])[302, 307]);
        var target = new Uri(Server.Url, answer.Headers.Location!);
        Assert.Equal(Server.Url.Authority, target.Authority);
        Assert.Equal(expected, Uri.UnescapeDataString(target.PathAndQuery));
    }

    [Theory]
    [InlineData("team/simple//evil.example/")]
    [InlineData("team/simple/%2F%2Fevil.example")]
    [InlineData("team/simple/..%2F..%2Fetc")]
    [InlineData("team/simple/a%0d%0aX-Injected:%201/")]
    [InlineData("team/simple/%00/")]
    [InlineData("team/simple/demo/extra/")]
    public async Task Paths_that_lead_outside_are_not_found(string path)
    {
        using var answer = await GetAsync(path, Json);
        Assert.True((int)answer.StatusCode is 404 or 400, $"{(int)answer.StatusCode} {answer.Headers.Location}");
        Assert.False(answer.Headers.Contains("X-Injected"));
    }

    [Fact]
    public async Task Names_that_look_like_files_are_projects()
    {
        foreach (var (project, page) in new[] { ("foo.zip", "foo-zip"), ("a.b.c", "a-b-c"),
            ("index.html", "index-html") })
        {
            await TakeAsync(project, page);
            using var redirect = await GetAsync($"team/simple/{project}/", Json);
            Assert.Equal(HttpStatusCode.Found, redirect.StatusCode);
            var shown = await ProjectPage.ReadAsync(Server, "team", page);
            Assert.Equal(page, shown!.Name);
            Assert.Single(shown.Files);
        }

        Task TakeAsync(string project, string page) =>
            Server.MustTakeAsync("team", TestWheel.Create(page, "1.0", metadataName: project));
    }

    [Fact]
    public async Task An_unknown_project_is_404_in_every_form()
    {
        foreach (var accept in (string?[])[Json, Html, "text/html", null])
        {
            using var answer = await GetAsync("team/simple/absent/", accept);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("absent", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_JSON_of_a_page_contains_nothing_that_crashes_a_client()
    {
        await FillAsync();
        using var answer = await GetAsync("team/simple/demo/", Json);
        using var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("1.4", page.RootElement.GetProperty("meta").GetProperty("api-version").GetString());
        foreach (var file in page.RootElement.GetProperty("files").EnumerateArray())
        {
            // pip 22.3 to 23.1 end at the first, all of them at a null of the others.
            Assert.False(file.TryGetProperty("dist-info-metadata", out _));
            foreach (var field in file.EnumerateObject())
                Assert.True(field.Value.ValueKind is not JsonValueKind.Null, field.Name);
            Assert.True(file.GetProperty("size").GetInt64() > 0);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", file.GetProperty("upload-time").GetString());
            Assert.Matches("^[0-9a-f]{64}$", file.GetProperty("hashes").GetProperty("sha256").GetString());
            Assert.Matches("^[0-9a-f]{64}$", file.GetProperty("core-metadata").GetProperty("sha256").GetString());
        }
    }

    [Fact]
    public async Task The_HTML_of_a_page_says_what_its_JSON_says()
    {
        await FillAsync();
        foreach (var file in (await ProjectPage.ReadAsync(Server, "team", "demo"))!.Files)
        {
            using var answer = await GetAsync("team/simple/demo/", "text/html");
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains("<meta name=\"pypi:repository-version\" content=\"1.4\">", html, StringComparison.Ordinal);
            var anchor = Regex.Match(
                html, $"<a href=\"([^\"]*)#sha256={file.Sha256}\"([^>]*)>{Regex.Escape(file.FileName)}</a>");
            Assert.True(anchor.Success, html);
            Assert.Equal(file.Url, new Uri(
                new Uri(Server.IndexOf("team"), "demo/"), WebUtility.HtmlDecode(anchor.Groups[1].Value)));
            Assert.Contains("data-core-metadata=\"sha256=", anchor.Groups[2].Value, StringComparison.Ordinal);
            Assert.Contains("data-dist-info-metadata=\"sha256=", anchor.Groups[2].Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hostile_Requires_Python_is_shown_as_plain_text()
    {
        var sdist = MadeSdist.Create("hostile", "1.0", $"Requires-Python: {Hostile}\n");
        using var taken = await TwineForm.SendAsync(Server, "team", sdist.ToParts().ToContent());
        Assert.True(taken.StatusCode == HttpStatusCode.OK, taken.ReasonPhrase);
        using var answer = await GetAsync("team/simple/hostile/", "text/html");
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var attribute = Regex.Match(html, "data-requires-python=\"([^\"]*)\"").Groups[1].Value;
        Assert.DoesNotContain('<', attribute);
        Assert.DoesNotContain('>', attribute);
        Assert.Equal(Hostile, WebUtility.HtmlDecode(attribute));
        Assert.Contains("text/html", answer.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(
            await (await GetAsync("team/simple/hostile/", Json)).Content.ReadAsStringAsync());
        Assert.Equal(Hostile, json.RootElement.GetProperty("files")[0].GetProperty("requires-python").GetString());
    }

    [Fact]
    public async Task An_uploader_sees_the_file_immediately_in_every_format_despite_other_uploads()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async uploader =>
        {
            for (var i = 0; i < 10; i++)
            {
                var wheel = TestWheel.Create("busy", $"{uploader}.{i}", seed: uploader);
                await Server.MustTakeAsync("team", wheel);
                Assert.True(await Server.ServesAsync("team", wheel));
                using var html = await GetAsync("team/simple/busy/", "text/html", ("Accept-Encoding", "identity"));
                Assert.Contains(
                    $">{wheel.FileName}<", await html.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync($"team/pypi/busy/{wheel.Version}/json"));
            }
        }));
        var page = await ProjectPage.ReadAsync(Server, "team", "busy");
        Assert.Equal(80, page!.Files.Count);
        Assert.Equal(80, page.Versions.Count);
    }

    [Fact]
    public async Task Pages_are_always_revalidated_so_that_no_upload_is_missed()
    {
        await FillAsync();
        foreach (var path in (string[])["team/simple/", "team/simple/demo/", "team/pypi/demo/json"])
        {
            using var answer = await GetAsync(path, Json);
            Assert.True(answer.Headers.CacheControl!.NoCache, path);
            Assert.True(answer.Headers.CacheControl.Public, path);
        }
    }

    Task FillAsync() => Server.MustTakeAsync("team", _wheel);

    async Task<HttpResponseMessage> GetAsync(string path, string? accept, params (string Name, string Value)[] headers)
    {
        // A string keeps what would be taken out of the path otherwise.
        var url = new Uri(
            Server.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Server.Http.SendAsync(request);
    }
}
