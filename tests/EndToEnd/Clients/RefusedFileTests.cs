using System.Globalization;
using System.Net;
using EndToEnd.Proxying;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>What people read when a policy refuses a file that their client has the address of.</summary>
public sealed class RefusedFileTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    const string FileName = "demo-2.0-py3-none-any.whl";

    readonly ClientHome _home = new();
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage(
            "demo", new ScriptedFile(TestWheel.Module("demo", "2.0", "value = '2.0'\n")) with
            {
                UploadTime = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            }));
        _server = await PyRepoServer.StartAsync(Manifest());
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [ClientData("uv")]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("poetry")]
    public async Task A_client_shows_the_rule_and_until_when_it_holds(string client)
    {
        var file = (await _server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).GetUrl(FileName);
        await HideAsync();
        // The page of a cache in between that has not noticed.
        var stale = new ScriptedFile(TestWheel.Module("demo", "2.0", "value = '2.0'\n")) with
        {
            Url = file.AbsoluteUri,
        };
        await using var cache = await ScriptedUpstream.StartAsync();
        cache.AtPage("demo", new ScriptedPage("demo", stale).AsJson());
        using var installation = new FreshInstallation(client, cache.Index, "demo");
        var shown = await installation.FailAsync();
        Assert.Contains($"'{FileName}' is younger than 7d; hidden until 20", shown, StringComparison.Ordinal);
    }

    [ClientFact]
    public async Task Uv_sync_of_a_lock_file_shows_the_rule_of_a_file_that_was_hidden_since()
    {
        var app = _home.Folder("app");
        _home.Write("app/pyproject.toml", LockableProject.ForUv(_server.IndexOf(Proxy), "demo"));
        _home.Environment.Remove("UV_NO_CONFIG");
        (await _home.RunInAsync(app, "uv", "lock", "--no-cache")).MustSucceed();
        await HideAsync();
        (await _home.RunInAsync(app, "uv", "sync", "--no-cache", "--frozen")).MustFail()
            .MustSay("Server message: Hidden by policy, ").MustSay("is younger than 7d; hidden until 20");
    }

    [Theory]
    [InlineData("*/*", "application/problem+json")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8")]
    public async Task A_program_and_a_person_get_the_reason_in_their_own_format(string accept, string type)
    {
        var file = (await _server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).GetUrl(FileName);
        await HideAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.Contains("is younger than 7d; hidden until 20", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.Contains(
            "is younger than 7d; hidden until 20", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    string Manifest(string spec = "mode: OnDemand") => ProxyManifest.Proxy(Proxy, _upstream.Index, spec);

    /// <summary>Gives the proxy a policy by which the file is too young.</summary>
    async Task HideAsync()
    {
        await File.WriteAllTextAsync(_server.ManifestFile, Manifest("policy: { minimumAge: 7d }"));
        await Eventually.IsAsync(
            "the file is hidden", 0, async () => (await _server.PageAsync(Proxy, "demo")).FileNames.Count);
    }
}
