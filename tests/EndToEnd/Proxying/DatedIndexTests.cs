using System.Globalization;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>The index as it was on a date, of a hosted repository and of a group with a proxy.</summary>
[Trait("Calendar", "later")]
public sealed class DatedIndexTests(ITestOutputHelper output) : IAsyncLifetime
{
    readonly TestWheel _first = TestWheel.Create("acme-lib", "1.0");
    readonly TestWheel _second = TestWheel.Create("acme-lib", "2.0");
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage("acme-lib", ScriptedFile.Wheel("acme-lib", "9.9")));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create("team"), ProxyManifest.Proxy("public", _upstream.Index),
            ProxyManifest.Group("all", ["PythonRepository/team", "ProxyRepository/public"])));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("team")]
    [InlineData("all")]
    public async Task It_shows_uploads_up_to_its_date_and_ignores_later_ones(string repository)
    {
        await _server.UploadAsync("team", _first);
        var then = await UploadTimeAsync();
        Assert.Equal([_first.FileName], (await PageAsync(repository, then)).FileNames);
        await _server.UploadAsync("team", _second);
        var page = await PageAsync(repository, then);
        Assert.Equal([_first.FileName], page.FileNames);
        Assert.Equal(
            _first.Bytes, (await _server.AskAsync(page.GetUrl(_first.FileName))).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal([_first.FileName, _second.FileName], (await PageAsync(repository, "2100-01-01")).FileNames);
        Assert.Equal(
            HttpStatusCode.NotModified, (await ConditionalAsync(repository, then, page["ETag"]!)).StatusCode);
    }

    [Theory]
    [InlineData("team")]
    [InlineData("all")]
    public async Task Before_its_first_upload_a_private_project_is_empty_and_not_sought_upstream(string repository)
    {
        await _server.UploadAsync("team", _first);
        Assert.Empty((await PageAsync(repository, "2020-01-01")).FileNames);
        Assert.Equal(0, _upstream.CountOfPage("acme-lib"));
    }

    [Fact]
    public async Task A_deleted_file_stays_deleted()
    {
        await _server.UploadAsync("team", _first);
        var then = await UploadTimeAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Delete, new Uri(_server.GetUrl("team"), $"api/v1/projects/acme-lib/files/{_first.FileName}"));
        request.Headers.Authorization = new(
            "Basic", Convert.ToBase64String(
                System.Text.Encoding.UTF8.GetBytes($"publisher:{_server.GetPassword("team")}")));
        using var deleted = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty((await PageAsync("team", then)).FileNames);
    }

    [Theory]
    [InlineData("@2026-13-01/simple/acme-lib/")]
    [InlineData("@now/simple/acme-lib/")]
    [InlineData("@2026-01-01/pypi/acme-lib/json")]
    public async Task An_invalid_date_or_missing_page_is_not_found(string path) =>
        (await _server.AskAsync(new Uri(_server.GetUrl("team"), path))).Must(HttpStatusCode.NotFound);

    async Task<string> UploadTimeAsync() =>
        DateTimeOffset.Parse(
            (await _server.PageAsync("team", "acme-lib")).File(_first.FileName).GetProperty("upload-time").GetString()!,
            CultureInfo.InvariantCulture)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    async Task<ProxyResponse> PageAsync(string repository, string date) => (await _server.AskAsync(
        new Uri(_server.GetUrl(repository), $"@{date}/simple/acme-lib/"), accept: Replies.Json))
        .Must(HttpStatusCode.OK);

    async Task<HttpResponseMessage> ConditionalAsync(string repository, string date, string tag)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_server.GetUrl(repository), $"@{date}/simple/acme-lib/"));
        request.Headers.TryAddWithoutValidation("Accept", Replies.Json);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await _server.Http.SendAsync(request);
    }
}
