using System.Net;
using System.Net.Http.Headers;

namespace EndToEnd.Serving;

/// <summary>The data folder is moved away, or another takes its place, while the server runs.</summary>
public sealed class LostFolderTests
{
    const string Sentence = "was removed, unmounted or replaced";
    static readonly TestWheel _before = TestWheel.Create("demo", "1.0");
    static readonly TestWheel _lost = TestWheel.Create("demo", "2.0");

    [Fact]
    public async Task A_missing_folder_accepts_no_upload_and_is_served_again_when_it_returns()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", _before);
        var (publisher, away) = (TwineForm.Publisher(server, "team"), server.Data + ".away");
        Directory.Move(server.Data, away);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await UploadAsync(server, _lost, publisher));
        await MustBeUnreadyAsync(server);
        foreach (var path in (string[])
            ["simple/", "simple/demo/", "simple/other/", $"packages/demo/{_before.FileName}"])
        {
            using var answer = await server.GetAsync($"team/{path}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
        File.AppendAllText(server.ManifestFile, $"---\n{Manifest.Create("late")}");
        await Eventually.IsAsync("a new repository is rejected", async () =>
            (await ServerStatus.ReadAsync(server)).Problems
                .Any(p => p.Message.Contains("was removed", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(server.Data));

        Directory.Move(away, server.Data);
        await Eventually.IsAsync("the server is ready again", server.IsReadyAsync);
        Assert.True(await server.ServesAsync("team", _before));
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, _lost, publisher));
        await server.MustLogAsync("Nothing is served");
        Assert.Single(server.LogText().Split('\n'), line => line.Contains(Sentence, StringComparison.Ordinal)
            && line.Contains("Nothing is served", StringComparison.Ordinal));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_second_server_in_a_new_folder_is_the_only_writer_there()
    {
        await using var first = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await first.MustTakeAsync("team", _before);
        var (publisher, away) = (TwineForm.Publisher(first, "team"), first.Data + ".away");
        Directory.Move(first.Data, away);
        await using var second = first.Another();
        await second.StartAgainAsync();
        await second.MustTakeAsync("team", TestWheel.Create("new", "1.0"));

        var packages = FolderTree.From(first.Data);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await UploadAsync(first, _lost, publisher));
        await MustBeUnreadyAsync(first);
        Assert.Equal(packages, FolderTree.From(first.Data));
        Assert.True(await second.IsReadyAsync());
        Assert.Equal(0, await first.StopAsync());
        Directory.Delete(away, recursive: true);
    }

    static async Task MustBeUnreadyAsync(PyRepoServer server)
    {
        await Eventually.IsAsync("the server is not ready", async () => !await server.IsReadyAsync());
        using var ready = await server.Http.GetAsync(new Uri(server.Management, "healthz/ready"));
        Assert.Contains(Sentence, await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var status = (await ServerStatus.ReadAsync(server))["team"];
        Assert.False(status.Ready);
        Assert.Contains(Sentence, status.Message, StringComparison.Ordinal);
    }

    static async Task<HttpStatusCode> UploadAsync(
        PyRepoServer server, TestWheel wheel, AuthenticationHeaderValue publisher)
    {
        using var form = TwineForm.From(wheel);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.GetUrl("team")) { Content = form };
        request.Headers.Authorization = publisher;
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
