using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>A stranger asks for many names, long ones among them, while upstream is down.</summary>
public sealed class ManyNamesTests : IAsyncLifetime
{
    ScriptedUpstream? _upstream;
    PyRepoServer? _server;

    ScriptedUpstream Upstream => _upstream ?? throw new InvalidOperationException("It is not started.");

    PyRepoServer Server => _server ?? throw new InvalidOperationException("It is not started.");

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create("team"), ProxyManifest.Proxy("mirror", _upstream.Index),
            ProxyManifest.Group("all", ["PythonRepository/team", "ProxyRepository/mirror"])));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("team/simple/{0}/", 201)]
    [InlineData("mirror/simple/{0}/", 201)]
    [InlineData("mirror/simple/{0}", 7000)]
    [InlineData("mirror/simple/{0}/", 7000)]
    [InlineData("all/simple/{0}/", 7000)]
    [InlineData("all/pypi/{0}/json", 251)]
    [InlineData("all/pypi/demo/{0}/json", 251)]
    [InlineData("all/packages/{0}/demo-1.0.tar.gz", 251)]
    [InlineData("all/packages/demo/{0}/demo-1.0.tar.gz", 7000)]
    [InlineData("mirror/packages/demo/{0}", 7000)]
    public async Task A_name_that_is_too_long_is_not_found_without_asking_upstream(string path, int length)
    {
        var before = Server.LogText();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(path, length));
        Assert.DoesNotContain(Upstream.Seen, request => request.Path.Contains("aaa", StringComparison.Ordinal));
        Assert.Equal(before, Server.LogText());
    }

    [Theory]
    [InlineData("mirror/simple/{0}/")]
    [InlineData("all/simple/{0}/")]
    public async Task A_URL_that_is_too_long_is_rejected_as_such(string path) =>
        Assert.Equal(HttpStatusCode.RequestUriTooLong, await StatusAsync(path, 9000));

    [Fact]
    public async Task A_thousand_failures_produce_only_a_few_log_lines()
    {
        await Upstream.StopAsync();
        for (var i = 0; i < 1000; i++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync($"mirror/simple/name-{i}/", 0));
        Assert.InRange(Server.LogText().Split('\n').Length, 1, 60);
    }

    [Fact]
    public async Task Control_characters_of_a_path_never_reach_the_terminal()
    {
        await Upstream.StopAsync();
        await StatusAsync("mirror/packages/demo/a%1B[2J%0D%E2%80%AEb.whl", 0);
        await Server.MustLogAsync("\\u001B[2J\\r\\u202Eb");
    }

    async Task<HttpStatusCode> StatusAsync(string path, int length)
    {
        var name = new string('a', length);
        using var answer = await Server.Http.GetAsync(
            new Uri(Server.Url + path.Replace("{0}", name, StringComparison.Ordinal)));
        return answer.StatusCode;
    }
}
