using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Files that a policy may hide later: caches between ask again each time.</summary>
public sealed class HiddenLaterTests : IAsyncLifetime
{
    const string Policy = "policy: { block: [ evil ] }";
    readonly ScriptedFile _file = ScriptedFile.Wheel("one", "1.0");
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage("one", _file));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy("strict", _upstream.Index, Policy), ProxyManifest.Proxy("free", _upstream.Index),
            ProxyManifest.Proxy("removal", _upstream.Index, "policy: { onUpstreamRemoval: Hide }"),
            ProxyManifest.Group("all", ["ProxyRepository/strict"])));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("strict")]
    [InlineData("removal")]
    [InlineData("all")]
    public async Task Are_asked_for_each_time_and_sent_once(string repository)
    {
        var url = (await _server.PageAsync(repository, "one")).UrlOf(_file.FileName);
        await MustBeRevalidatedAsync(_server, url);
    }

    [Fact]
    public async Task Are_asked_for_each_time_through_a_group_on_another_server_too()
    {
        await using var member = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy("public", _upstream.Index, Policy), "--root", "public");
        using var folder = new TemporaryFolder();
        folder.Write("resource.yaml", InNamespace(ProxyManifest.Group("all", ["ProxyRepository/public"])));
        folder.Write(
            "members/ProxyRepository/public.yaml", InNamespace(ProxyManifest.Proxy("public", _upstream.Index, Policy)));
        folder.Write("secrets/pyrepo-signing-key/current", "a key that both servers mount");
        folder.Write("platform.json", $$"""{ "members": { "public": "{{member.Url}}" } }""");
        await using var group = await PyRepoServer.StartFromAsync(folder.Path, "--root", "all");
        var page = await group.AskAsync(new Uri(group.Url, "simple/one/"), accept: Replies.Json);
        await MustBeRevalidatedAsync(group, page.Must(HttpStatusCode.OK).UrlOf(_file.FileName));
    }

    [Fact]
    public async Task Are_none_where_there_is_no_policy()
    {
        var answer = await _server.FileAsync("free", "one", _file.FileName);
        Assert.Equal("public, max-age=31536000, immutable", answer.Must(HttpStatusCode.OK)["Cache-Control"]);
    }

    static string InNamespace(string manifest) =>
        manifest.Replace("metadata: { ", "metadata: { namespace: packages, ", StringComparison.Ordinal);

    static async Task MustBeRevalidatedAsync(PyRepoServer server, Uri url)
    {
        var answer = (await server.AskAsync(url)).Must(HttpStatusCode.OK);
        Assert.Equal("public, no-cache", answer["Cache-Control"]);
        using var again = new HttpRequestMessage(HttpMethod.Get, url);
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(answer["ETag"]!));
        using var same = await server.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal("public, no-cache", $"{same.Headers.CacheControl}");
    }
}
