using System.Net.Http.Headers;
using System.Text.Json;
using EndToEnd.Clients;

namespace EndToEnd.Serving;

/// <summary>Downloads by real clients and by plain requests, as <c>api/v1/statistics</c> counts them.</summary>
[Trait("Calendar", "later")]
public sealed class StatisticsTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Group = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec: { members: [ { kind: PythonRepository, name: team } ] }

        """;

    static readonly TestWheel _wheel = TestWheel.Create("counted", "1.0", payload: 200_000);
    readonly ClientHome _home = new();
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync(Manifest.All(Manifest.Create("team"), Group));
        await _server.MustTakeAsync("team", _wheel);
        await _server.MustTakeAsync("team", TestWheel.Create("counted", "0.9"));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [ClientFact]
    public async Task Downloads_of_pip_and_uv_are_counted_by_client_and_Python_version()
    {
        await InstallAsync("pip", "counted", "all");
        await InstallAsync("pip", "counted==0.9", "team");
        await InstallAsync("uv", "counted", "team", "pip", "install", "--python", "/usr/bin/python3");
        var python = await _home.PythonAsync(
            _home.Folder("none"), "import sys; print('%d.%d' % sys.version_info[:2])");

        using var json = await JsonAsync("?by=version&by=installer");
        Assert.Equal(3, json.RootElement.GetProperty("downloads").GetInt64());
        Assert.Equal(
            ["0.9 pip 1", "1.0 pip 1", "1.0 uv 1"],
            json.RootElement.GetProperty("rows").EnumerateArray().Select(row =>
                $"{row.GetProperty("version")} {row.GetProperty("installer")} {row.GetProperty("downloads")}"));
        // uv tells the Python that it installs for, pip the one that it runs on.
        var pythons = await CsvAsync("all", "?by=installer,python&project=Counted");
        Assert.StartsWith("installer,python,downloads\r\npip,3.", pythons, StringComparison.Ordinal);
        Assert.EndsWith($"uv,{python},1\r\n", pythons, StringComparison.Ordinal);

        // The next process goes on.
        Assert.Equal(0, await _server.StopAsync());
        await _server.StartAgainAsync();
        Assert.Equal("installer,downloads\r\npip,2\r\nuv,1\r\n", await CsvAsync("team", "?by=installer"));
        await InstallAsync("uv", "counted", "all", "pip", "install", "--no-cache", "--python", "/usr/bin/python3");
        Assert.Equal("installer,downloads\r\npip,2\r\nuv,2\r\n", await CsvAsync("team", "?by=installer"));
        Assert.Contains(
            "pyrepo_downloads_total{repository=\"team\",installer=\"uv\"} 1\n",
            await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_start_of_a_download_is_counted()
    {
        var page = await ProjectPage.ReadAsync(_server, "team", _wheel.Project);
        var url = page!.Find(_wheel.FileName)!.Url;
        await SendAsync(HttpMethod.Head, url);
        await SendAsync(HttpMethod.Get, new Uri(url + ".metadata"));
        await SendAsync(HttpMethod.Get, new Uri(_server.Url, $"team/packages/{_wheel.Project}/missing-1.0.tar.gz"));
        await SendAsync(HttpMethod.Get, url, h => h.Range = new RangeHeaderValue(100, null));
        await SendAsync(HttpMethod.Get, url, h => h.Range = new RangeHeaderValue(null, 100));
        await SendAsync(HttpMethod.Get, url, h => h.Range = new RangeHeaderValue(1_000_000, null));
        await SendAsync(HttpMethod.Get, url, h => h.IfNoneMatch.ParseAdd($"\"{_wheel.Sha256}\""));
        Assert.Equal("installer,downloads\r\n", await CsvAsync("team", "?by=installer"));

        await SendAsync(HttpMethod.Get, url);
        await SendAsync(HttpMethod.Get, url, h => h.Range = new RangeHeaderValue(0, 99));
        await SendAsync(HttpMethod.Get, url, h => h.UserAgent.ParseAdd("curl/8.5.0"));
        await SendAsync(HttpMethod.Get, url, h => h.TryAddWithoutValidation("User-Agent", new string('{', 5000)));
        Assert.Equal("installer,downloads\r\nother,3\r\ncurl,1\r\n", await CsvAsync("team", "?by=installer"));
    }

    [Fact]
    public async Task After_a_kill_statistics_continue_and_their_file_is_intact()
    {
        var page = await ProjectPage.ReadAsync(_server, "team", _wheel.Project);
        await SendAsync(HttpMethod.Get, page!.Find(_wheel.FileName)!.Url);
        Assert.Equal(0, await _server.StopAsync());
        await _server.StartAgainAsync();
        page = await ProjectPage.ReadAsync(_server, "team", _wheel.Project);
        await SendAsync(HttpMethod.Get, page!.Find(_wheel.FileName)!.Url);
        await _server.KillAsync();
        await _server.StartAgainAsync();
        // What was downloaded in the last minute may be lost.
        Assert.Matches("^project,downloads\r\ncounted,[12]\r\n$", await CsvAsync("team", ""));
    }

    async Task InstallAsync(string client, string requirement, string repository, params string[] command)
    {
        if (command.Length == 0)
            command = ["install", "--no-cache-dir"];
        (await _home.RunAsync(
            client, [.. command, "--index-url", _server.IndexOf(repository).ToString(), "--target",
                _home.New(Guid.NewGuid().ToString("N")), requirement])).MustSucceed();
    }

    async Task<JsonDocument> JsonAsync(string query)
    {
        var text = await _server.Http.GetStringAsync(new Uri(_server.Url, $"team/api/v1/statistics{query}"));
        return JsonDocument.Parse(text);
    }

    async Task<string> CsvAsync(string repository, string query)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_server.Url, $"{repository}/api/v1/statistics{query}"));
        request.Headers.Accept.ParseAdd("text/csv");
        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }

    async Task SendAsync(HttpMethod method, Uri url, Action<HttpRequestHeaders>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, url);
        prepare?.Invoke(request.Headers);
        using var answer = await _server.Http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
    }
}
