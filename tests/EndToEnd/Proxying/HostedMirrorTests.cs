using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>PyRepo's own mirror of a repository that another PyRepo hosts.</summary>
public sealed class HostedMirrorTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Team = "team";
    const string Mirror = "mirror";
    static readonly TestWheel _one = TestWheel.Create("one", "1.0"), _two = TestWheel.Create("two", "1.0");

    readonly TemporaryFolder _folder = new();
    PyRepoServer _server = null!;
    CountedRequests _requests = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync(Manifest.Create(Team));
        _requests = new CountedRequests(_server, Team);
        await _server.UploadAsync(Team, _one);
        await _server.UploadAsync(Team, _two);
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_unchanged_repository_costs_one_request_and_a_change_the_page_and_the_new_files()
    {
        await _requests.TakeAsync();
        (await MirrorAsync()).MustSucceed().MustSay("Mirrored 2 of 2 projects into mirror; fetched 2 files");
        Assert.Equal(1 + 2 + 2, await _requests.TakeAsync());
        (await MirrorAsync()).MustSucceed().MustSay("fetched 0 files");
        Assert.Equal(1, await _requests.TakeAsync());
        await _server.UploadAsync(Team, TestWheel.Create("one", "2.0"));
        await _requests.TakeAsync();
        (await MirrorAsync()).MustSucceed().MustSay("fetched 1 files");
        Assert.Equal(1 + 1 + 1, await _requests.TakeAsync());
        var publisher = TwineForm.Publisher(_server, Team);
        Assert.Equal(HttpStatusCode.NoContent, await _server.DeletionStatusAsync(Team, _one, publisher));
        await _requests.TakeAsync();
        (await MirrorAsync()).MustSucceed().MustSay("fetched 0 files");
        Assert.Equal(1 + 1, await _requests.TakeAsync());
        (await MirrorAsync()).MustSucceed();
        Assert.Equal(1, await _requests.TakeAsync());
    }

    async Task<ProgramResult> MirrorAsync()
    {
        var manifest = _folder.Write("mirror.yaml", ProxyManifest.Proxy(Mirror, _server.IndexOf(Team), "mode: Mirror"));
        return await PyRepoProgram.RunAsync("mirror", Mirror, "-f", manifest, "--data", _folder.At("data"));
    }
}
