using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary><c>files/HOST/PATH</c>: files below the path that they have at upstream.</summary>
public sealed class AliasTests(ITestOutputHelper output) : IAsyncLifetime
{
    static readonly ScriptedFile _file = ScriptedFile.Wheel("one", "1.0", 200_000);
    static readonly ScriptedFile _evil = ScriptedFile.Wheel("one", "6.6.6");
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage("one", _file, _evil));
        _server = await PyRepoServer.StartAsync(GetManifest("Own"));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Both_URLs_at_once_are_one_fetch_and_one_file()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _upstream.AtFile(_file.FileName, Replies.Gated(_file.Bytes, _file.Bytes.Length / 2, gate.Task));
        var own = (await _server.PageAsync("own", "one")).GetUrl(_file.FileName);
        var asked = ((Uri[])[own, GetAlias("own", _file), own, GetAlias("own", _file)])
            .Select(url => _server.AskAsync(url)).ToList();
        await Eventually.IsAsync(
            "upstream is asked", () => Task.FromResult(_upstream.CountOfFile(_file.FileName) > 0));
        gate.SetResult();
        Assert.All(await Task.WhenAll(asked), answer =>
            Assert.Equal(_file.Bytes, answer.Must(HttpStatusCode.OK).Bytes));
        await Eventually.IsAsync("it is cached", "HIT", async () => (await _server.AskAsync(own)).XCache);
        var (head, part) = (await _server.AskAsync(GetAlias("own", _file), method: HttpMethod.Head),
            await _server.AskAsync(GetAlias("own", _file), range: new RangeHeaderValue(100, 199)));
        Assert.Equal(_file.Bytes.Length.ToString(CultureInfo.InvariantCulture), head["Content-Length"]);
        Assert.Equal((await _server.AskAsync(own))["ETag"], head["ETag"]);
        Assert.Equal("public, no-cache", head["Cache-Control"]);
        Assert.Equal(_file.Bytes[100..200], part.Must(HttpStatusCode.PartialContent).Bytes);
        Assert.Equal(1, _upstream.CountOfFile(_file.FileName));
    }

    [Fact]
    public async Task Only_what_the_page_lists_is_served_and_nobody_is_asked_for_more()
    {
        var (host, name) = (_upstream.Url.Authority, _file.FileName);
        var unlisted = ScriptedFile.Wheel("one", "2.0");
        _upstream.AtFile(unlisted.FileName, Replies.Bytes(unlisted.Bytes));
        foreach (var path in (string[])[
            $"{host}/files/{unlisted.FileName}", $"{host}/other/{name}", $"{host}/{name}", $"127.0.0.1/files/{name}",
            $"evil.example/files/{name}", $"{host}/simple/one/", $"{host}/files/", host, name, ""])
        {
            var url = new Uri(_server.GetUrl("own"), $"files/{path}");
            (await _server.AskAsync(url)).Must(HttpStatusCode.NotFound);
            (await _server.AskAsync(url, method: HttpMethod.Post)).Must(
                path.EndsWith(".whl", StringComparison.Ordinal) && path.Contains('/', StringComparison.Ordinal)
                ? HttpStatusCode.MethodNotAllowed : HttpStatusCode.NotFound);
        }
        Assert.All(_upstream.Seen, seen => Assert.StartsWith("/simple/", seen.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("own")]
    [InlineData("linked")]
    [InlineData("all")]
    [InlineData("outer")]
    public async Task A_policy_hides_a_file_from_both_URLs_and_says_why(string repository)
    {
        var own = new Uri(
            _server.GetUrl(repository),
            $"packages/one/{ScriptedFile.GetSha256(_evil.Bytes)[..16]}/{_evil.FileName}");
        var (one, other) = (await _server.AskAsync(own), await _server.AskAsync(GetAlias(repository, _evil)));
        Assert.Equal(one.Status, other.Must(HttpStatusCode.NotFound).Status);
        Assert.Equal(
            one.Text.Replace(own.AbsolutePath, "", StringComparison.Ordinal),
            other.Text.Replace(GetAlias(repository, _evil).AbsolutePath, "", StringComparison.Ordinal));
        Assert.Contains("6.6.6", other.Text, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.CountOfFile(_evil.FileName));
    }

    [Theory]
    [InlineData("own", false)]
    [InlineData("linked", true)]
    [InlineData("all", true)]
    [InlineData("outer", true)]
    public async Task Pages_link_to_it_if_the_proxy_says_so_also_those_of_groups(string repository, bool isLinked)
    {
        var alias = GetAlias(repository, _file);
        foreach (var path in (string[])["simple/one/", "@2026-01-31/simple/one/"])
        {
            var page = await _server.AskAsync(new Uri(_server.GetUrl(repository), path), accept: Replies.Json);
            Assert.Equal(isLinked, page.Must(HttpStatusCode.OK).GetUrl(_file.FileName) == alias);
        }
        var document = await _server.AskAsync(new Uri(_server.GetUrl(repository), "pypi/one/json"));
        var url = document.Json.GetProperty("urls")[0].GetProperty("url").GetString();
        Assert.Equal(isLinked, url == alias.AbsoluteUri);
        Assert.Equal(_file.Bytes, (await _server.AskAsync(alias)).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task A_page_links_to_other_URLs_as_soon_as_the_resource_says_so()
    {
        var before = (await _server.PageAsync("own", "one")).Must(HttpStatusCode.OK);
        await File.WriteAllTextAsync(_server.ManifestFile, GetManifest("Upstream"));
        await Eventually.IsAsync("the page links to the other URL", async () =>
            (await _server.PageAsync("own", "one")).GetUrl(_file.FileName) == GetAlias("own", _file));
        Assert.NotEqual(before["ETag"], (await _server.PageAsync("own", "one"))["ETag"]);
        Assert.Equal(1, _upstream.CountOfPage("one"));
    }

    [Fact]
    public async Task What_upstream_writes_after_the_host_is_on_the_page_byte_for_byte()
    {
        var wheel = TestWheel.Create("two", "1.0+cu118");
        var encoded = wheel.FileName.Replace("+", "%2B", StringComparison.Ordinal);
        var url = $"{_upstream.Url}files/a%2Bb/%7Ec/x%20y//{encoded}";
        var file = new ScriptedFile(wheel) { Url = $"{url}?signature=secret" };
        _upstream.AtPage("two", new ScriptedPage("two", file).AsJson());
        _upstream.At($"/files/a+b/~c/x y//{wheel.FileName}", Replies.Bytes(wheel.Bytes));
        var page = (await _server.PageAsync("linked", "two")).Must(HttpStatusCode.OK);
        Assert.Equal(
            "../../files/" + url["http://".Length..], page.File(file.FileName).GetProperty("url").GetString());
        Assert.Equal(
            wheel.Bytes, (await _server.AskAsync(page.GetUrl(file.FileName))).Must(HttpStatusCode.OK).Bytes);
        Assert.DoesNotContain("secret", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_of_the_project_that_has_it_is_found_where_the_name_fits_several()
    {
        var wheel = TestWheel.Create("x", "1.0");
        var file = new ScriptedFile("a-2-1.0.tar.gz", wheel.Bytes);
        _upstream.Serve(new ScriptedPage("a-2", file));
        Assert.Equal(file.Bytes, (await _server.AskAsync(GetAlias("own", file))).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task A_cached_file_that_upstream_removed_keeps_its_URLs()
    {
        (await _server.AskAsync(GetAlias("keeping", _file))).Must(HttpStatusCode.OK);
        await Eventually.IsAsync(
            "it is cached", "HIT", async () => (await _server.AskAsync(GetAlias("keeping", _file))).XCache);
        _upstream.Serve(new ScriptedPage("one", _evil));
        await Eventually.IsAsync("upstream's page is known", async () =>
        {
            await _server.PageAsync("keeping", "one");
            return _upstream.CountOfPage("one") > 1;
        });
        var page = (await _server.PageAsync("keeping", "one")).Must(HttpStatusCode.OK);
        Assert.Equal(GetAlias("keeping", _file), page.GetUrl(_file.FileName));
        Assert.Equal(
            _file.Bytes, (await _server.AskAsync(GetAlias("keeping", _file))).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(1, _upstream.CountOfFile(_file.FileName));
    }

    [Fact]
    public async Task Under_Merge_the_host_says_which_member_is_meant()
    {
        var hosted = TestWheel.Create("one", "1.0", seed: 7);
        await _server.UploadAsync("team", hosted);
        Assert.Equal(
            hosted.Bytes, (await _server.FileAsync("merged", "one", hosted.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(
            _file.Bytes, (await _server.AskAsync(GetAlias("merged", _file))).Must(HttpStatusCode.OK).Bytes);
        (await _server.AskAsync(GetAlias("team", _file))).Must(HttpStatusCode.NotFound);
    }

    string GetManifest(string ofOwn)
    {
        const string policy = "policy: { block: [ \"one==6.6.6\" ] }";
        return Manifest.All(
            Manifest.Create("team"),
            ProxyManifest.Proxy("own", _upstream.Index, $"{policy}, fileUrls: {ofOwn}"),
            ProxyManifest.Proxy("linked", _upstream.Index, $"{policy}, fileUrls: Upstream"),
            ProxyManifest.Proxy(
                "keeping", _upstream.Index,
                "policy: { onUpstreamRemoval: Keep }, fileUrls: Upstream, cache: { projectTtl: 1s }"),
            ProxyManifest.Group("all", ["PythonRepository/team", "ProxyRepository/linked"]),
            ProxyManifest.Group("outer", ["RepositoryGroup/all"]),
            ProxyManifest.Group(
                "merged", ["PythonRepository/team", "ProxyRepository/linked"], "resolution: Merge"));
    }

    Uri GetAlias(string repository, ScriptedFile file) =>
        new(_server.GetUrl(repository), $"files/{_upstream.Url.Authority}/files/{file.FileName}");
}
