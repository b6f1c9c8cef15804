using System.Net;
using EndToEnd.Proxying;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>The real bandersnatch mirrors a repository that is at the root of its host.</summary>
public sealed class BandersnatchTests(ITestOutputHelper output) : IAsyncDisposable
{
    const string Team = "team";
    static readonly TestWheel _one = TestWheel.Create("one", "1.0"), _two = TestWheel.Create("two", "1.0");

    readonly ClientHome _home = new();
    PyRepoServer? _server;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.ShowLog(output);
            await _server.DisposeAsync();
        }
        _home.Dispose();
    }

    [ClientFact]
    public async Task Bandersnatch_asks_once_if_nothing_changed_and_otherwise_for_what_did()
    {
        _server = await PyRepoServer.StartAsync(Manifest.Create(Team), "--root", Team);
        var requests = new CountedRequests(_server, Team);
        await UploadAsync(_one);
        await UploadAsync(_two);
        await requests.TakeAsync();
        await MirrorAsync();
        Assert.Equal(1 + 2 + 2, await requests.TakeAsync());
        Assert.Contains(_two.FileName, Page("two"), StringComparison.Ordinal);
        await MirrorAsync();
        Assert.Equal(1, await requests.TakeAsync());
        var newer = TestWheel.Create("one", "2.0");
        await UploadAsync(newer);
        await requests.TakeAsync();
        await MirrorAsync();
        // The list, the project and the new file. Of the other one it has the size, and does not ask.
        Assert.Equal(1 + 1 + 1, await requests.TakeAsync());
        Assert.Contains(newer.FileName, Page("one"), StringComparison.Ordinal);
        await DeleteAsync(_one);
        await requests.TakeAsync();
        await MirrorAsync();
        Assert.Equal(1 + 1, await requests.TakeAsync());
        Assert.DoesNotContain(_one.FileName, Page("one"), StringComparison.Ordinal);
        Assert.Contains(newer.FileName, Page("one"), StringComparison.Ordinal);
        await MirrorAsync();
        Assert.Equal(1, await requests.TakeAsync());
    }

    string Page(string project) =>
        File.ReadAllText(Path.Combine(_home.New("mirror"), "web", "simple", project, "index.html"));

    async Task MirrorAsync()
    {
        var configuration = _home.Write("bandersnatch.conf", $"""
            [mirror]
            directory = {_home.Folder("mirror")}
            master = {_server!.Url.AbsoluteUri.TrimEnd('/')}
            api-method = simple
            allow-non-https = true
            timeout = 30
            workers = 2
            """);
        (await _home.RunAsync("bandersnatch", "-c", configuration, "mirror")).MustSucceed();
    }

    async Task UploadAsync(TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(
            _server!.Http, _server.Url, TwineForm.From(wheel), TwineForm.Publisher(_server, Team));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    async Task DeleteAsync(TestWheel wheel)
    {
        var url = new Uri(_server!.Url, $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}");
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        request.Headers.Authorization = TwineForm.Publisher(_server, Team);
        using var answer = await _server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
