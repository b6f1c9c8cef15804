using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>What <c>pyrepo restore-release</c> brings back, and what pip makes of it.</summary>
public sealed class UndoTests(ITestOutputHelper output) : IAsyncLifetime
{
    static readonly TestWheel[] _wheels =
        [.. ((string[])["1.0", "2.0"]).Select(v => TestWheel.Module("demo", v, $"version = '{v}'"))];

    readonly ClientHome _home = new();
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync(Manifest.Create("team", "{ retention: { keepDeletedFor: 7d } }"));
        foreach (var wheel in _wheels)
            await Server.MustTakeAsync("team", wheel);
    }

    public async ValueTask DisposeAsync()
    {
        Server.ShowLog(output);
        await Server.DisposeAsync();
        _home.Dispose();
    }

    [ClientFact]
    public async Task A_deleted_release_comes_back_and_pip_installs_the_same_bytes()
    {
        var before = await FileAsync(_wheels[1]);
        (await RunAsync("delete", "demo", "2.0")).MustSucceed();
        (await InstallAsync("demo==2.0", "gone")).MustFail();
        Assert.Null(await FileAsync(_wheels[1]));

        (await RunAsync("restore-release", "demo==2.0", "--dry-run")).MustSucceed()
            .MustSay($"demo: restored {_wheels[1].FileName}").MustSay("1 change would be made.");
        Assert.Null(await FileAsync(_wheels[1]));
        (await RunAsync("restore-release", "demo==2.0")).MustSucceed().MustSay("1 change made.");
        (await InstallAsync($"demo==2.0 --hash=sha256:{_wheels[1].Sha256}", "back", "--require-hashes")).MustSucceed();
        Assert.Equal("2.0", await _home.PythonAsync(_home.New("back"), "import demo; print(demo.version)"));
        Assert.Equal(before!.ToJsonString(), (await FileAsync(_wheels[1]))!.ToJsonString());
        await Server.MustLogAsync(
            $"publisher restored '{_wheels[1].FileName}' in 'team', as the default of spec.access");

        (await RunAsync("restore-release", "demo==2.0")).MustSucceed().MustSay("0 changes made.");
        (await RunAsync("restore-release", "demo==9.0")).MustFail().MustSay("There is no release '9.0' of 'demo'");
    }

    [ClientFact]
    public async Task A_bad_day_is_undone_in_all_projects_that_changed_since()
    {
        await Server.MustTakeAsync("team", TestWheel.Create("other", "1.0"));
        await Server.MustTakeAsync("team", TestWheel.Create("quiet", "1.0"));
        var good = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        (await RunAsync("delete", "demo", "1.0")).MustSucceed();
        (await RunAsync("yank", "demo", "2.0", "--reason", "by mistake")).MustSucceed();
        (await RunAsync("delete", "other", "1.0")).MustSucceed();
        await Server.MustTakeAsync("team", TestWheel.Create("new", "1.0"));
        (await InstallAsync("demo==1.0", "gone")).MustFail();

        (await RunAsync("restore-release", "--as-of", good)).MustSucceed()
            .MustSay($"demo: restored {_wheels[0].FileName}").MustSay($"demo: unyanked {_wheels[1].FileName}")
            .MustSay("other: restored").MustSay("3 changes made.");
        (await InstallAsync("demo==1.0", "back")).MustSucceed();
        Assert.NotEqual("by mistake", $"{(await FileAsync(_wheels[1]))!["yanked"]}");
        Assert.NotNull(await FileAsync(TestWheel.Create("new", "1.0")));

        (await RunAsync("restore-release", "--as-of", good, "--remove-newer")).MustSucceed()
            .MustSay("new: deleted new-1.0-py3-none-any.whl").MustSay("1 change made.");
        Assert.Null(await FileAsync(TestWheel.Create("new", "1.0")));
        (await RunAsync("restore-release", "new==1.0")).MustSucceed().MustSay("1 change made.");
        (await RunAsync("restore-release", "--as-of", "2999-01-01")).MustFail().MustSay("has not come yet");
    }

    [Fact]
    public async Task What_was_purged_does_not_come_back_and_the_exit_status_says_so()
    {
        (await RunAsync("delete", "demo", "2.0")).MustSucceed();
        Assert.Equal(2, Bytes().Length);
        (await RunAsync("delete", "demo", "2.0", "--purge")).MustSucceed();
        Assert.Single(Bytes());
        var restored = await RunAsync("restore-release", "demo==2.0");
        Assert.Equal(3, restored.ExitCode);
        restored.MustSay("cannot be restored. Its bytes were removed on").MustSay("0 changes made.");
    }

    [Fact]
    public async Task A_restored_release_is_there_after_a_kill()
    {
        (await RunAsync("delete", "demo", "2.0")).MustSucceed();
        (await RunAsync("restore-release", "demo==2.0")).MustSucceed();
        await Server.KillAsync();
        await Server.StartAgainAsync();
        Assert.True(await Server.ServesAsync("team", _wheels[1]));
        (await RunAsync("delete", "demo", "2.0")).MustSucceed();
        await Server.KillAsync();
        await Server.StartAgainAsync();
        (await RunAsync("restore-release", "demo==2.0")).MustSucceed().MustSay("1 change made.");
        Assert.True(await Server.ServesAsync("team", _wheels[1]));
    }

    [Fact]
    public async Task A_shorter_time_removes_the_bytes_of_earlier_deletions_while_the_server_runs()
    {
        (await RunAsync("delete", "demo", "2.0")).MustSucceed();
        await Eventually.IsAsync(
            "the status counts it", async () => (await StatusAsync())["restorable"]?["files"]?.GetValue<int>() == 1);
        await File.WriteAllTextAsync(
            Server.ManifestFile, Manifest.Create("team", "{ retention: { keepDeletedFor: 1ms } }"));
        await Server.StopAsync();
        await Server.StartAgainAsync();
        await Eventually.IsAsync("the bytes are gone", () => Task.FromResult(Bytes().Length == 1), Server.LogText);
        Assert.Null((await StatusAsync())["restorable"]);
        Assert.True(await Server.ServesAsync("team", _wheels[0]));
    }

    [Theory]
    [InlineData("What? Write PROJECT==VERSION, or --as-of TIME.")]
    [InlineData("Which release of demo? Write demo==VERSION, or --as-of TIME.", "demo")]
    [InlineData("--as-of is for whole projects: write demo.", "demo==1.0", "--as-of", "2026-01-01")]
    [InlineData("--remove-newer needs --as-of TIME.", "demo==1.0", "--remove-newer")]
    public async Task What_cannot_be_meant_is_refused(string message, params string[] arguments)
    {
        var refused = await RunAsync(["restore-release", .. arguments]);
        Assert.Equal(2, refused.ExitCode);
        refused.MustSay(message);
    }

    string[] Bytes() => Directory.GetFiles(
        Path.Combine(Server.GetFolder("team"), "packages", "demo"), "*.whl", SearchOption.AllDirectories);

    async Task<JsonNode> StatusAsync()
    {
        var status = JsonNode.Parse(await Server.Http.GetStringAsync(new Uri(Server.Management, "status")))!;
        return Assert.Single(status["repositories"]!.AsArray())!;
    }

    async Task<JsonObject?> FileAsync(TestWheel wheel)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(Server.IndexOf("team"), $"{wheel.Project}/"));
        request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        using var answer = await Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return page["files"]!.AsArray().OfType<JsonObject>().FirstOrDefault(
            file => $"{file["filename"]}" == wheel.FileName);
    }

    Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(PyRepoProgram.Path, [.. arguments, "--url", $"{Server.GetUrl("team")}"])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = Server.GetPassword("team") },
        }.RunAsync();

    Task<ProgramResult> InstallAsync(string requirement, string target, params string[] options)
    {
        var file = _home.Write($"{target}.txt", requirement);
        return _home.RunAsync("pip",
        [
            "install", "--no-cache-dir", "--index-url", $"{Server.IndexOf("team")}", "--target", _home.New(target),
            "-r", file, .. options,
        ]);
    }
}
