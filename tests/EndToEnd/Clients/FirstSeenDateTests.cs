using System.Globalization;
using System.Net;
using EndToEnd.Proxying;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>
/// An upstream that does not say when its files were uploaded: the proxy says when it first saw them.
/// </summary>
public sealed class FirstSeenDateTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";

    static readonly TimeSpan _apart = TimeSpan.FromSeconds(4);

    readonly ClientHome _home = new();
    readonly ScriptedFile _old = Undated("1.0"), _young = Undated("2.0");
    ScriptedUpstream _upstream = null!, _dated = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _dated = await ScriptedUpstream.StartAsync();
        Serve(_old);
        _server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy(Proxy, _upstream.Index, "cache: { projectTtl: 1s }"));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        await _dated.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [ClientData("uv")]
    [ClientData("pip")]
    public async Task A_client_that_asks_for_a_date_resolves_as_against_an_index_with_these_dates(string client)
    {
        var (first, second) = await SeeBothAsync();
        var between = first + ((second - first) / 2);
        foreach (var index in new[] { _server.IndexOf(Proxy), _dated.Index })
        {
            Assert.Equal("1.0", await InstallAsync(client, index, between));
            Assert.Equal("2.0", await InstallAsync(client, index, second.AddHours(1)));
        }
    }

    [ClientFact]
    public async Task Poetry_waits_as_long_as_with_an_index_with_these_dates()
    {
        await SeeBothAsync();
        foreach (var index in new[] { _server.IndexOf(Proxy), _dated.Index })
        {
            var app = _home.Folder($"app-{index.Port}");
            _home.Write($"app-{index.Port}/pyproject.toml", LockableProject.ForPoetry($"{index}", "demo"));
            _home.Environment["POETRY_SOLVER_MIN_RELEASE_AGE"] = "1";
            (await _home.RunInAsync(app, "poetry", "lock")).MustFail();
            _home.Environment["POETRY_SOLVER_MIN_RELEASE_AGE"] = "0";
            (await _home.RunInAsync(app, "poetry", "lock")).MustSucceed();
        }
    }

    [ClientFact]
    public async Task Pipenv_waits_as_long_as_with_an_index_with_these_dates()
    {
        await SeeBothAsync();
        foreach (var index in new[] { _server.IndexOf(Proxy), _dated.Index })
        {
            var app = _home.Folder($"pipenv-{index.Port}");
            async Task<ProgramResult> LockAsync(string period)
            {
                _home.Write(
                    $"pipenv-{index.Port}/Pipfile",
                    LockableProject.ForPipenv($"{index}", "demo") + $"""

                    [pipenv]
                    cool-down-period = "{period}"
                    """);
                return await _home.RunInAsync(app, "pipenv", "lock", "--clear");
            }
            (await LockAsync("1d")).MustFail();
            (await LockAsync("0d")).MustSucceed();
        }
    }

    [Fact]
    public async Task A_date_does_not_move_and_why_says_what_it_is()
    {
        var (first, second) = await SeeBothAsync();
        Assert.Equal(0, await _server.StopAsync());
        await _server.StartAgainAsync();
        Assert.Equal((first, second), await ReadAsync());
        // Too late: installers have resolved by the other dates.
        Serve(_old with { UploadTime = "2020-01-01T00:00:00Z" }, _young, Undated("3.0"));
        await Eventually.IsAsync(
            "the third file", 3, async () => (await _server.PageAsync(Proxy, "demo")).FileNames.Count);
        Assert.Equal((first, second), await ReadAsync());
        var why = await _server.AskAsync(new(_server.GetUrl(Proxy), "api/v1/why/demo/1.0"));
        var file = why.Must(HttpStatusCode.OK).Json.GetProperty("files")[0];
        Assert.True(file.GetProperty("isFirstSeen").GetBoolean());
        Assert.Equal(first, file.GetProperty("uploadTime").GetDateTimeOffset());
    }

    static ScriptedFile Undated(string version) =>
        new(TestWheel.Module("demo", version, $"value = '{version}'\n")) { UploadTime = null };

    void Serve(params ScriptedFile[] files) => _upstream.Serve(new ScriptedPage("demo", files));

    /// <summary>Lets the proxy see the second file some seconds after the first, and returns their dates.</summary>
    async Task<(DateTimeOffset First, DateTimeOffset Second)> SeeBothAsync()
    {
        var first = (await DateAsync(_old))!.Value;
        await Eventually.IsAsync(
            "a later reading without the second file", async () =>
                await DateAsync(_old) == first && _upstream.CountOfPage("demo") > 1
                && DateTimeOffset.UtcNow - first > _apart);
        Serve(_old, _young);
        await Eventually.IsAsync(
            "the second file", 2, async () => (await _server.PageAsync(Proxy, "demo")).FileNames.Count);
        var both = await ReadAsync();
        Assert.Equal(first, both.First);
        _dated.Serve(new ScriptedPage("demo", At(_old, both.First), At(_young, both.Second)));
        return both;
    }

    async Task<(DateTimeOffset First, DateTimeOffset Second)> ReadAsync() =>
        ((await DateAsync(_old))!.Value, (await DateAsync(_young))!.Value);

    async Task<DateTimeOffset?> DateAsync(ScriptedFile file) =>
        (await _server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).File(file.FileName)
            .GetProperty("upload-time").GetDateTimeOffset();

    static ScriptedFile At(ScriptedFile file, DateTimeOffset time) => file with { UploadTime = Text(time) };

    static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    async Task<string> InstallAsync(string client, Uri index, DateTimeOffset until)
    {
        var target = _home.New($"{index.Port}-{until.Ticks}");
        var time = until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        IReadOnlyList<string> arguments = client == "uv"
            ? ["pip", "install", "--python", "/usr/bin/python3", "--default-index", index.AbsoluteUri,
                "--exclude-newer", time, "--no-cache", "--target", target, "demo"]
            : ["install", "--index-url", index.AbsoluteUri, "--uploaded-prior-to", time, "--no-cache-dir",
                "--target", target, "demo"];
        (await _home.RunAsync(client, arguments)).MustSucceed();
        return await _home.PythonAsync(target, "import demo; print(demo.value)");
    }
}
