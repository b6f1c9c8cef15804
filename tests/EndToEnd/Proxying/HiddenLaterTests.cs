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
    public async Task Files_that_may_be_hidden_later_are_revalidated_each_time_and_sent_once(string repository)
    {
        var url = (await _server.PageAsync(repository, "one")).GetUrl(_file.FileName);
        await MustBeRevalidatedAsync(_server, url);
    }

    [Fact]
    public async Task Without_a_policy_no_file_may_be_hidden_later()
    {
        var answer = await _server.FileAsync("free", "one", _file.FileName);
        Assert.Equal("public, max-age=31536000, immutable", answer.Must(HttpStatusCode.OK)["Cache-Control"]);
    }

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
