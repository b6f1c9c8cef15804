using System.Net;

namespace EndToEnd.Proxying;

/// <summary>
/// An upstream with a public address, or none that is known here: what it links or redirects to is in no private
/// network. It is reached through an HTTP proxy, which the test plays.
/// </summary>
public sealed class PublicUpstreamTests : IAsyncLifetime
{
    static readonly Uri _index = new("http://index.invalid/simple/");
    ScriptedUpstream _proxy = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _proxy = await ScriptedUpstream.StartAsync();
        _server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy("public", _index, more: $", redirects: Follow, proxyUrl: \"{_proxy.Url}\""));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData("link", "http://10.96.3.4/demo.whl", "private")]
    [InlineData("link", "http://240.0.0.4/demo.whl", "private")]
    [InlineData("link", "http://localhost:9/demo.whl", "loopback")]
    [InlineData("redirect", "http://10.96.3.4/demo.whl", "private")]
    [InlineData("metadata", "http://10.96.3.4/demo.whl", "private")]
    [InlineData("page", "http://10.96.3.4/simple/demo/", "private")]
    public async Task Links_and_redirects_never_lead_into_a_private_network(string kind, string target, string range)
    {
        var wheel = TestWheel.Create("demo", "1.0");
        var file = new ScriptedFile(wheel) with { CoreMetadata = new string('0', 64) };
        if (kind is "link" or "metadata")
            file = file with { Url = target };
        _proxy.AtPage("demo", new ScriptedPage("demo", file).AsJson());
        _proxy.AtFile(wheel.FileName, Replies.Redirect(target));
        if (kind == "page")
            _proxy.AtPage("demo", Replies.Redirect(target));
        var url = kind == "page" ? new Uri(_server.IndexOf("public"), "demo/")
            : new Uri(_server.GetUrl("public"),
                $"packages/demo/{wheel.FileName}{(kind == "metadata" ? ".metadata" : "")}");
        var answer = (await _server.AskAsync(url, accept: Replies.Json)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains(
            $"only an upstream with a {range} address may link to one", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_proxy.Seen, request => request.Path.Contains("demo.whl", StringComparison.Ordinal));
    }
}
