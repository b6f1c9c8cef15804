using System.Net.Http.Headers;
using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>
/// The download log of a group whose member another server serves: a group has no store, so that the member writes it.
/// </summary>
public sealed class DownloadLogAcrossServersTests(ITestOutputHelper output) : IAsyncLifetime
{
    readonly GroupAcrossServers _servers = new()
    {
        MemberSpec = "advisories: { ownRef: { kind: ConfigMap, name: ours } }",
        MemberAdvisories = $"[{Advisory("OURS-1", "2.0")}, {Advisory("OURS-2", "3.0")}]",
        GroupSpec = "downloadLog: { keepFor: 30d }",
    };

    public ValueTask InitializeAsync() => _servers.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _servers.Group.ShowLog(output);
        _servers.Member.ShowLog(output);
        return _servers.DisposeAsync();
    }

    [Fact]
    public async Task The_member_writes_down_who_asked_the_group_and_the_group_tells_it()
    {
        var wheel = TestWheel.Create("carol-logged", "1.0", payload: 100_000);
        using var form = TwineForm.From(wheel);
        using var uploaded = await TwineForm.SendAsync(
            _servers.Member.Http, _servers.Member.Url, form, TwineForm.Basic("alice", "alice"));
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync());
        var path = $"packages/{wheel.Project}/{wheel.FileName}";
        await DownloadAsync(_servers.Group, path, "bob");
        await DownloadAsync(_servers.Group, path, "bob", new RangeHeaderValue(10, 20));
        await DownloadAsync(_servers.Group, path, null);
        // The member itself keeps no log.
        await DownloadAsync(_servers.Member, path, "dave");
        Assert.Equal(
            ["Anonymous  1", "User bob 1", "User bob 1 part"], await RowsAsync(_servers.Group, "dave", wheel.Project));
        Assert.Equal(
            ["Anonymous  1", "User bob 1", "User bob 1 part"], await RowsAsync(_servers.Member, "dave", wheel.Project));

        // What the group's server says counts only with its key.
        _servers.ForgetKey();
        await Eventually.IsAsync("the group has no proof", async () =>
            (await JsonAsync(_servers.Group, "dave", wheel.Project)).RootElement.GetProperty("incomplete")
                .GetArrayLength() == 1);
        // "0 downloads" is no all-clear then.
        var recalled = await new ProgramRun(
            PyRepoProgram.Path, "recall", wheel.Project, "--url", $"{_servers.Group.Url}", "--user", "dave")
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = "dave" },
        }.RunAsync();
        Assert.Equal(3, recalled.ExitCode);
        recalled.MustSay("0 downloads by 0 callers.").MustSay("The log of 'team-a' is missing here");
    }

    [Fact]
    public async Task A_caller_is_erased_through_the_group()
    {
        var wheel = TestWheel.Create("carol-erased", "1.0");
        using var form = TwineForm.From(wheel);
        using var uploaded = await TwineForm.SendAsync(
            _servers.Member.Http, _servers.Member.Url, form, TwineForm.Basic("alice", "alice"));
        await DownloadAsync(_servers.Group, $"packages/{wheel.Project}/{wheel.FileName}", "bob");
        using var request = new HttpRequestMessage(
            HttpMethod.Delete, new Uri(_servers.Group.Url, "api/v1/downloads?caller=bob"));
        request.Headers.Authorization = TwineForm.Basic("dave", "dave");
        using var answer = await _servers.Group.Http.SendAsync(request);
        Assert.Equal("""{"lines":1}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(["Forgotten  1"], await RowsAsync(_servers.Group, "dave", wheel.Project));
    }

    [Fact]
    public async Task The_group_finds_by_an_alias_what_the_advisories_of_its_member_affect()
    {
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
        {
            var wheel = TestWheel.Create("carol-aliased", version);
            using var form = TwineForm.From(wheel);
            using var uploaded = await TwineForm.SendAsync(
                _servers.Member.Http, _servers.Member.Url, form, TwineForm.Basic("alice", "alice"));
            await DownloadAsync(_servers.Group, $"packages/{wheel.Project}/{wheel.FileName}", "bob");
        }
        foreach (var (id, versions) in ((string, string[])[])[("OURS-1", ["1.0"]), ("CVE-2026-1", ["1.0", "2.0"])])
        {
            using var answer = await QueryAsync(_servers.Group, "dave", $"advisory={id}");
            Assert.Equal(versions, answer.RootElement.GetProperty("rows").EnumerateArray()
                .Select(row => Text(row, "version")).Order(StringComparer.Ordinal));
        }
    }

    static string Advisory(string id, string fixedIn) =>
        OsvDocument.Write(id, "carol-aliased", fixedIn, """, "aliases": [ "CVE-2026-1" ]""");

    static async Task<string[]> RowsAsync(PyRepoServer server, string user, string project)
    {
        using var answer = await JsonAsync(server, user, project);
        Assert.Empty(answer.RootElement.GetProperty("incomplete").EnumerateArray());
        return
        [
            .. answer.RootElement.GetProperty("rows").EnumerateArray().Select(row =>
                $"{row.GetProperty("caller")} {Text(row, "name")} {row.GetProperty("downloads")}"
                + (row.TryGetProperty("part", out _) ? " part" : "")).Order(StringComparer.Ordinal),
        ];
    }

    static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var text) ? text.GetString()! : "";

    static Task<JsonDocument> JsonAsync(PyRepoServer server, string user, string project) =>
        QueryAsync(server, user, $"project={project}");

    static async Task<JsonDocument> QueryAsync(PyRepoServer server, string user, string query)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(server.Url, $"api/v1/downloads?{query}"));
        request.Headers.Authorization = TwineForm.Basic(user, user);
        using var answer = await server.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }

    static async Task DownloadAsync(
        PyRepoServer server, string path, string? user, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        request.Headers.Authorization = user is null ? null : TwineForm.Basic(user, user);
        request.Headers.Range = range;
        using var answer = await server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, path);
        await answer.Content.ReadAsByteArrayAsync();
    }
}
