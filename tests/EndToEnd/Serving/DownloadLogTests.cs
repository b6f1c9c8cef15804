using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EndToEnd.Clients;
using ZstdSharp;

namespace EndToEnd.Serving;

/// <summary>Downloads by real clients, as <c>api/v1/downloads</c> and <c>pyrepo recall</c> tell an Auditor of them.</summary>
public sealed class DownloadLogTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>The password of each user is the user's name.</summary>
    string Access => $$"""
          access:
            usersSecretRef: { name: users }
            identityProviders: [ { name: gitlab, issuer: "{{_issuer.Url}}", audience: pyrepo } ]
            grants:
            - { to: [ { identity: { provider: gitlab, claims: { project_path: acme/lib } } } ], role: Reader }
            - { to: [ { anyone: {} } ], role: Reader, projects: [ "free-*" ] }
            - { to: [ { user: alice }, { user: bob } ], role: Reader }
            - { to: [ { user: alice } ], role: Maintainer }
            - { to: [ { user: audrey } ], role: Auditor }
            - { to: [ { user: paul } ], role: Auditor, projects: [ "free-*" ] }
        """;

    const string Advisory = """
        { "id": "MAL-2026-1", "modified": "2026-11-01T00:00:00Z", "affected": [ {
          "package": { "ecosystem": "PyPI", "name": "secret-lib" }, "versions": [ "1.0" ] } ] }
        """;

    static readonly TestWheel _wheel = TestWheel.Create("secret-lib", "1.0", payload: 200_000);
    static readonly TestWheel _later = TestWheel.Create("secret-lib", "2.0");
    static readonly TestWheel _free = TestWheel.Create("free-lib", "1.0");
    readonly ClientHome _home = new();
    readonly TestIssuer _issuer = new();
    PyRepoServer _server = null!;

    string _htpasswd = "";

    string Manifests(string teamLog, string groupLog, string advisory = Advisory) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData:
          htpasswd: |
            {{_htpasswd}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: ours }
        data:
          osv.json: |
            {{advisory.ReplaceLineEndings(" ")}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          {{teamLog}}
          advisories: { ownRef: { kind: ConfigMap, name: ours, key: osv.json } }
        {{Access}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          {{groupLog}}
          members: [ { kind: PythonRepository, name: team } ]
        {{Access}}

        """;

    const string TeamLog = "downloadLog: { keepFor: 90d }", NoLog = "suspend: false";

    public async ValueTask InitializeAsync()
    {
        var users = await Task.WhenAll(((string[])["alice", "bob", "audrey", "paul"]).Select(HtpasswdAsync));
        _htpasswd = string.Join("\n    ", users);
        _server = await PyRepoServer.StartAsync(Manifests(TeamLog, NoLog));
        foreach (var wheel in (TestWheel[])[_wheel, _later, _free])
            await UploadAsync(wheel);
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        _home.Dispose();
        _issuer.Dispose();
    }

    [ClientFact]
    public async Task Pip_and_uv_are_in_the_log_with_user_installer_and_Python_also_after_a_kill()
    {
        await InstallAsync("pip", "secret-lib==1.0", "bob", "team");
        await InstallAsync("uv", "secret-lib==1.0", "alice", "all", "pip", "install", "--python", "/usr/bin/python3");
        await InstallAsync("pip", "free-lib", null, "team");
        string[] expected = ["alice all uv 1", "bob team pip 1"];
        Assert.Equal(expected, await RowsAsync("team", "project=secret-lib&version=1.0.0"));
        Assert.Equal(expected, await RowsAsync("all", "project=secret-lib&since=1h"));
        Assert.Equal([" team pip 1"], await RowsAsync("team", "project=free-lib"));
        Assert.Empty(await RowsAsync("team", "project=secret-lib&version=2.0"));
        Assert.Equal(expected, await RowsAsync("team", "advisory=MAL-2026-1"));

        await InstallAsync("pip", "secret-lib==2.0", "bob", "team");
        await Eventually.IsAsync(
            "the download is on the disk", () => Task.FromResult(LogFiles().Any(Has20)));
        await _server.KillAsync();
        await _server.StartAgainAsync();
        string[] all = [.. expected, "bob team pip 1"];
        Assert.Equal(all, await RowsAsync("team", "project=secret-lib"));
    }

    [Fact]
    public async Task Each_request_that_sends_bytes_is_in_the_log_and_no_other()
    {
        var path = $"team/packages/secret-lib/{_wheel.FileName}";
        Assert.Equal(200, await GetAsync(path, "bob"));
        foreach (var (from, to) in ((long?, long?)[])[(0, 9), (10, null), (null, 9)])
        {
            Assert.Equal(206, await GetAsync(path, "bob", request =>
                request.Headers.Range = new RangeHeaderValue(from, to)));
        }
        Assert.Equal(
            304, await GetAsync(path, "bob", request => request.Headers.IfNoneMatch.ParseAdd($"\"{_wheel.Sha256}\"")));
        Assert.Equal(
            416, await GetAsync(path, "bob", request => request.Headers.Range = new RangeHeaderValue(9_000_000, null)));
        Assert.Equal(200, await GetAsync(path, "bob", request => request.Method = HttpMethod.Head));
        Assert.Equal(200, await GetAsync(path + ".metadata", "bob"));
        Assert.Equal(404, await GetAsync("team/packages/secret-lib/nothing-1.0.tar.gz", "bob"));
        Assert.Equal(403, await GetAsync(path, "paul"));
        Assert.Equal(401, await GetAsync(path, null));
        using var answer = await JsonAsync("team", "project=secret-lib");
        Assert.Equal(
            ["part 2", "whole 2"],
            answer.RootElement.GetProperty("rows").EnumerateArray().Select(row =>
                $"{(row.TryGetProperty("part", out _) ? "part" : "whole")} {row.GetProperty("downloads")}").Order());
        Assert.Equal(2, answer.RootElement.GetProperty("downloads").GetInt32());
        Assert.Equal(_wheel.Sha256, answer.RootElement.GetProperty("rows")[0].GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Wrong_credentials_for_what_anyone_may_read_frame_nobody()
    {
        var path = $"team/packages/free-lib/{_free.FileName}";
        Assert.Equal(200, await GetAsync(path, null));
        Assert.Equal(200, await GetAsync(path, null, request =>
            request.Headers.Authorization = Basic("alice", "wrong")));
        Assert.Equal(200, await GetAsync(path, null, request =>
            request.Headers.TryAddWithoutValidation("Authorization", "Nonsense alice")));
        Assert.Equal(200, await GetAsync(path, "alice"));
        using var answer = await JsonAsync("team", "project=free-lib");
        Assert.Equal(
            ["Anonymous  1", "Unverified  2", "User alice 1"],
            answer.RootElement.GetProperty("rows").EnumerateArray().Select(row =>
                $"{row.GetProperty("caller")} {Text(row, "name")} {row.GetProperty("downloads")}").Order());
    }

    [Fact]
    public async Task Only_an_Auditor_reads_the_log_of_the_projects_of_its_grant_and_nothing_else()
    {
        foreach (var repository in (string[])["team", "all"])
        {
            var url = $"{repository}/api/v1/downloads";
            Assert.Equal(401, await GetAsync($"{url}?project=secret-lib", null));
            Assert.Equal(403, await GetAsync($"{url}?project=secret-lib", "alice"));
            Assert.Equal(403, await GetAsync($"{url}?project=secret-lib", "paul"));
            Assert.Equal(200, await GetAsync($"{url}?project=free-lib", "paul"));
            Assert.Equal(404, await GetAsync($"{url}?advisory=MAL-2026-1", "paul"));
            Assert.Equal(200, await GetAsync($"{url}?project=secret-lib", "audrey"));
            Assert.Equal(403, await GetAsync($"{repository}/simple/secret-lib/", "audrey"));
            foreach (var user in (string[])["paul", "alice"])
            {
                Assert.Equal(403, await GetAsync($"{url}?caller=bob", user, request =>
                    request.Method = HttpMethod.Delete));
            }
            foreach (var wrong in (string[])
                ["", "?project=%2F", "?project=a&project=b", "?project=a&sha256=12", "?project=a&since=never",
                    "?project=a&other=1", "?project=a&since=2099-01-01", "?project=a&version=%3D1",
                    "?project=a&version=1&advisory=MAL-1", "?project=a&format=xml"])
            {
                Assert.Equal(400, await GetAsync(url + wrong, "audrey"));
            }
        }
    }

    [Fact]
    public async Task A_group_that_asks_for_a_log_has_one_although_its_members_do_not()
    {
        await ChangeAsync(Manifests(NoLog, TeamLog));
        await GetAsync($"team/packages/secret-lib/{_wheel.FileName}", "alice");
        await GetAsync($"all/packages/secret-lib/{_wheel.FileName}", "bob");
        Assert.Equal(["bob all other 1"], await RowsAsync("all", "project=secret-lib"));
        Assert.Equal(["bob all other 1"], await RowsAsync("team", "project=secret-lib"));
        using (var direct = await JsonAsync("team", "project=secret-lib"))
            Assert.Equal("""["team"]""", direct.RootElement.GetProperty("notLogged").GetRawText());
        await Eventually.IsAsync("it is written", () => Task.FromResult(LogFiles().Any()));
        Assert.All(LogFiles(), file => Assert.Contains("/downloads/all/", file));
    }

    [Fact]
    public async Task Without_a_log_no_byte_about_a_caller_is_in_the_store()
    {
        await ChangeAsync(Manifests(NoLog, NoLog));
        for (var i = 0; i < 3; i++)
        {
            await GetAsync($"team/packages/secret-lib/{_wheel.FileName}", "bob");
            await GetAsync($"all/packages/secret-lib/{_wheel.FileName}", "bob");
            await GetAsync($"team/packages/free-lib/{_free.FileName}", "bob");
        }
        Assert.Equal(0, await _server.StopAsync());
        Assert.Empty(LogFiles());
        foreach (var file in Directory.EnumerateFiles(_server.GetFolder("team"), "*", SearchOption.AllDirectories))
            Assert.False((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("bob"u8) >= 0, file);
    }

    [Fact]
    public async Task A_job_is_in_the_log_with_its_repository_workflow_and_run_and_a_token_with_its_id()
    {
        var path = $"team/packages/secret-lib/{_wheel.FileName}";
        var job = _issuer.GetToken(
            ("project_path", "acme/lib"), ("sub", "project_path:acme/lib:ref:main"), ("pipeline_id", "4711"),
            ("ci_config_ref_uri", "gitlab.example.com/acme/lib//.gitlab-ci.yml@refs/heads/main"));
        Assert.Equal(200, await GetAsync(path, null, request => request.Headers.Authorization = new("Bearer", job)));
        using var asked = new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Url, "team/api/v1/tokens"));
        asked.Headers.Authorization = Basic("alice", "alice");
        asked.Content = new StringContent("""{"role":"Reader","name":"laptop"}""");
        using var made = JsonDocument.Parse(
            await (await _server.Http.SendAsync(asked)).Content.ReadAsStringAsync());
        var token = made.RootElement.GetProperty("token").GetString()!;
        Assert.Equal(200, await GetAsync(path, null, request =>
            request.Headers.Authorization = Basic("__token__", token)));
        using var answer = await JsonAsync("team", "project=secret-lib");
        string[] texts =
        [
            .. answer.RootElement.GetProperty("rows").EnumerateArray().Select(row => string.Join(
                ' ', row.GetProperty("caller"), Text(row, "name"), Text(row, "repository"), Text(row, "workflow"),
                Text(row, "run"), Text(row, "token"))).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(
            [
                "Identity gitlab:project_path:acme/lib:ref:main acme/lib "
                    + "gitlab.example.com/acme/lib//.gitlab-ci.yml@refs/heads/main 4711 ",
                $"User alice    {made.RootElement.GetProperty("id")}",
            ],
            texts);
    }

    [Fact]
    public async Task An_advisory_about_what_was_downloaded_is_an_alarm_until_it_is_withdrawn()
    {
        const string none = """{"downloads":0,"releases":0,"first":[]}""";
        const string two = """{"downloads":2,"releases":1,"first":["secret-lib==1.0"]}""";
        await ChangeAsync(Manifests(TeamLog, NoLog, Advisory.Replace("secret-lib", "other", StringComparison.Ordinal)));
        await GetAsync($"all/packages/secret-lib/{_wheel.FileName}", "bob");
        await GetAsync($"team/packages/secret-lib/{_wheel.FileName}", "alice");
        await GetAsync($"team/packages/secret-lib/{_later.FileName}", "alice");
        await Eventually.IsAsync("it is written", () => Task.FromResult(LogFiles().Any()));
        await Eventually.IsAsync("no alarm", none, CompromisedAsync);

        await ChangeAsync(Manifests(TeamLog, NoLog));
        await Eventually.IsAsync("the alarm", two, CompromisedAsync);
        Assert.Contains(
            "pyrepo_compromised_downloads{repository=\"team\",project=\"secret-lib\",version=\"1.0\"} 2\n",
            await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics")), StringComparison.Ordinal);
        await _server.MustLogAsync("names 'secret-lib' 1.0. Downloads of it from 'team': 2.");

        // It is not over with the process.
        Assert.Equal(0, await _server.StopAsync());
        await _server.StartAgainAsync();
        await Eventually.IsAsync("the alarm", two, CompromisedAsync);

        var withdrawn = Advisory.Replace(
            "\"affected\"", "\"withdrawn\": \"2026-11-02T00:00:00Z\", \"affected\"", StringComparison.Ordinal);
        await ChangeAsync(Manifests(TeamLog, NoLog, withdrawn));
        await Eventually.IsAsync("no alarm", none, CompromisedAsync);

        // What is only vulnerable is none, unless minimumSeverity says so.
        var vulnerable = Advisory.Replace("MAL-2026-1", "GHSA-1", StringComparison.Ordinal);
        var malicious = Advisory.Replace("\"1.0\"", "\"2.0\"", StringComparison.Ordinal);
        await ChangeAsync(Manifests(TeamLog, NoLog, $"[ {vulnerable}, {malicious} ]"));
        await Eventually.IsAsync(
            "the other alarm", """{"downloads":1,"releases":1,"first":["secret-lib==2.0"]}""", CompromisedAsync);
    }

    [Fact]
    public async Task The_page_shows_an_Auditor_who_has_it()
    {
        await GetAsync($"all/packages/secret-lib/{_wheel.FileName}", "bob");
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_server.Url, "all/downloads/?project=Secret.Lib&version=&since=30d&sha256="));
        request.Headers.Authorization = Basic("audrey", "audrey");
        using var answer = await _server.Http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("<bdi>bob</bdi>", page);
        Assert.Contains("1 download by", page);
        Assert.Equal(200, await GetAsync("all/downloads/", "audrey"));
        Assert.Equal(403, await GetAsync("all/downloads/", "alice"));
        Assert.Equal(401, await GetAsync("all/downloads/", null));
    }

    async Task<string> CompromisedAsync()
    {
        using var status = JsonDocument.Parse(
            await _server.Http.GetStringAsync(new Uri(_server.Management, "status")));
        var team = status.RootElement.GetProperty("repositories").EnumerateArray()
            .Single(each => each.GetProperty("name").GetString() == "team");
        return team.TryGetProperty("compromised", out var found) ? JsonSerializer.Serialize(found) : "";
    }

    [Fact]
    public async Task A_caller_is_erased_from_the_log_and_from_the_disk()
    {
        await GetAsync($"all/packages/secret-lib/{_wheel.FileName}", "bob");
        await GetAsync($"team/packages/secret-lib/{_wheel.FileName}", "alice");
        var forgotten = await RecallAsync("--forget", "bob", "--url", $"{_server.GetUrl("all")}", "--user", "audrey");
        Assert.Equal("1 line of the log named 'bob', and no longer does.\n", forgotten.MustSucceed().Output);
        using var answer = await JsonAsync("all", "project=secret-lib");
        Assert.Equal(
            ["Forgotten ", "User alice"],
            answer.RootElement.GetProperty("rows").EnumerateArray()
                .Select(row => $"{row.GetProperty("caller")} {Text(row, "name")}").Order());
        Assert.Equal(0, await _server.StopAsync());
        Assert.All(LogFiles(), file => Assert.DoesNotContain("bob", Decompress(file)));
    }

    [Fact]
    public async Task Recall_writes_a_table_JSON_or_CSV_of_who_has_it()
    {
        await GetAsync($"all/packages/secret-lib/{_wheel.FileName}", "bob", request =>
            request.Headers.TryAddWithoutValidation("User-Agent", """uv/0.13.8 {"python":"3.13.2"}"""));
        await GetAsync($"team/packages/secret-lib/{_wheel.FileName}", "alice");
        await GetAsync($"team/packages/secret-lib/{_later.FileName}", "alice");
        string[] audrey = ["--url", $"{_server.GetUrl("all")}", "--user", "audrey"];
        var table = await RecallAsync(["secret-lib==1.0", .. audrey]);
        table.MustSucceed();
        var lines = table.Output.Split('\n');
        Assert.Matches(@"^CALLER +POD +NODE +RELEASE +TIMES +FIRST +LAST +WITH +ASKED +SERVED$", lines[0]);
        Assert.Matches(@"^bob +- +- +secret-lib 1\.0 +1 +\S+ +\S+ +uv, Python 3\.13 +all +team$", lines[1]);
        Assert.Matches(@"^alice +- +- +secret-lib 1\.0 +1 +\S+ +\S+ +other +team +team$", lines[2]);
        Assert.Equal("", lines[3]);
        Assert.Contains("2 downloads by 2 callers.", table.Error);
        Assert.Equal(table.Output, (await RecallAsync(["--advisory", "MAL-2026-1", .. audrey])).Output);
        using (var http = new HttpClient())
        {
            http.DefaultRequestHeaders.Authorization = TwineForm.Basic("audrey", "audrey");
            using var answer = await http.GetAsync(new Uri(
                _server.GetUrl("all"), "api/v1/downloads?project=secret-lib&version=1.0&format=table"));
            Assert.Equal(table.Output + table.Error, await answer.Content.ReadAsStringAsync());
            Assert.Equal("true", Assert.Single(answer.Headers.GetValues("PyRepo-Complete")));
            Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        }
        var csv = await RecallAsync(["secret-lib", "--sha256", _later.Sha256, "--format", "csv", .. audrey]);
        Assert.Matches("^project,version,file,.*\r?\nsecret-lib,2.0,[^\n]*,User,alice,.*\r?\n$", csv.Output);
        var json = await RecallAsync(["secret-lib", "--since", "30d", "--format", "json", .. audrey]);
        using (var parsed = JsonDocument.Parse(json.Output))
            Assert.Equal(3, parsed.RootElement.GetProperty("rows").GetArrayLength());
        var refused = await RecallAsync("secret-lib", "--url", $"{_server.GetUrl("all")}", "--user", "alice");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("takes the role Auditor", refused.Error);
        Assert.Equal(2, (await RecallAsync(audrey)).ExitCode);
    }

    [Fact]
    public async Task Recall_finds_what_all_advisories_with_an_alias_affect_and_that_with_the_id_itself()
    {
        foreach (var wheel in (TestWheel[])[_wheel, _later])
            await GetAsync($"all/packages/secret-lib/{wheel.FileName}", "bob");
        static string Aliased(string id, string version, string alias) => Advisory
            .Replace("MAL-2026-1", id, StringComparison.Ordinal)
            .Replace("\"1.0\"", $"\"{version}\"", StringComparison.Ordinal)
            .Replace("\"modified\"", $"\"aliases\": [ \"{alias}\" ], \"modified\"", StringComparison.Ordinal);
        await ChangeAsync(Manifests(
            TeamLog, NoLog, $"[ {Aliased("GHSA-1", "1.0", "CVE-1")}, {Aliased("PYSEC-1", "2.0", "GHSA-1")} ]"));
        foreach (var (id, versions) in ((string, string[])[])
            [("CVE-1", ["1.0"]), ("PYSEC-1", ["2.0"]), ("GHSA-1", ["1.0", "2.0"])])
        {
            foreach (var repository in (string[])["team", "all"])
            {
                var found = await RecallAsync(
                    "--advisory", id, "--format", "json", "--url", $"{_server.GetUrl(repository)}", "--user", "audrey");
                using var answer = JsonDocument.Parse(found.Output);
                Assert.Equal(versions, answer.RootElement.GetProperty("rows").EnumerateArray()
                    .Select(row => Text(row, "version")).Order(StringComparer.Ordinal));
            }
        }
        Assert.Equal(404, await GetAsync("team/api/v1/downloads?advisory=CVE-2", "audrey"));
        Assert.Equal(404, await GetAsync("team/api/v1/downloads?advisory=CVE-1", "paul"));
    }

    static bool Has20(string file) => Decompress(file).Contains("\"2.0\"", StringComparison.Ordinal);

    static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var text) ? text.GetString()! : "";

    static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    IEnumerable<string> LogFiles() => Directory.Exists(Path.Combine(_server.GetFolder("team"), "downloads"))
        ? Directory.EnumerateFiles(
            Path.Combine(_server.GetFolder("team"), "downloads"), "*.zst", SearchOption.AllDirectories)
        : [];

    async Task<string[]> RowsAsync(string repository, string query)
    {
        using var answer = await JsonAsync(repository, query);
        return
        [
            .. answer.RootElement.GetProperty("rows").EnumerateArray().Where(row => !row.TryGetProperty("part", out _))
                .Select(row => string.Join(
                    ' ', Text(row, "name"), Text(row, "asked"), Text(row, "installer"), row.GetProperty("downloads")))
                .Order(StringComparer.Ordinal),
        ];
    }

    async Task<JsonDocument> JsonAsync(string repository, string query)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_server.Url, $"{repository}/api/v1/downloads?{query}"));
        request.Headers.Authorization = Basic("audrey", "audrey");
        using var answer = await _server.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode is HttpStatusCode.OK, text);
        return JsonDocument.Parse(text);
    }

    async Task<int> GetAsync(string path, string? user, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Url, path));
        if (user is not null)
            request.Headers.Authorization = Basic(user, user);
        prepare?.Invoke(request);
        using var answer = await _server.Http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return (int)answer.StatusCode;
    }

    async Task InstallAsync(
        string client, string requirement, string? user, string repository, params string[] command)
    {
        if (command.Length == 0)
            command = ["install", "--no-cache-dir", "--no-deps"];
        var index = new UriBuilder(_server.IndexOf(repository)) { UserName = user, Password = user };
        (await _home.RunAsync(
            client, [.. command, "--index-url", $"{index.Uri}", "--target", _home.New(Guid.NewGuid().ToString("N")),
                requirement])).MustSucceed();
    }

    async Task UploadAsync(TestWheel wheel)
    {
        using var form = TwineForm.From(wheel);
        using var answer = await TwineForm.SendAsync(
            _server.Http, _server.GetUrl("team"), form, TwineForm.Basic("alice", "alice"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Changes the manifests, and waits until the server acts on them.</summary>
    async Task ChangeAsync(string manifests)
    {
        const string taken = "A changed configuration is in effect";
        var logged = _server.LogText().Length;
        await File.WriteAllTextAsync(_server.ManifestFile, manifests);
        await Eventually.IsAsync(
            taken, () => Task.FromResult(_server.LogText()[logged..].Contains(taken, StringComparison.Ordinal)));
    }

    static Task<ProgramResult> RecallAsync(params string[] arguments) =>
        new ProgramRun(PyRepoProgram.Path, ["recall", .. arguments])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = arguments[^1] },
        }.RunAsync();

    static async Task<string> HtpasswdAsync(string user)
    {
        var made = await new ProgramRun("openssl", "passwd", "-6", user).RunAsync();
        return $"{user}:{made.Output.Trim()}";
    }

    static string Decompress(string file)
    {
        using var content = File.OpenRead(file);
        using var zstd = new DecompressionStream(content);
        using var reader = new StreamReader(zstd);
        return reader.ReadToEnd();
    }
}
