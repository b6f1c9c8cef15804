using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>What a proxy does with releases with known vulnerabilities.</summary>
[Trait("Calendar", "later")]
public sealed class AdvisoryTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";

    readonly TemporaryFolder _folder = new();
    ScriptedUpstream _upstream = null!;
    PyRepoServer? _server;

    string Source => $"file://{_folder.Path}/advisories.json";

    public static TheoryData<string, string> ClientsAndActions() => new()
    {
        { "pip", "Block" }, { "pip", "Yank" }, { "uv", "Block" }, { "uv", "Yank" },
    };

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage(
            "demo", new ScriptedFile(TestWheel.Module("demo", "1.0", "value = '1.0'\n")),
            new ScriptedFile(TestWheel.Module("demo", "2.0", "value = '2.0'\n"))));
        await WriteAsync(Advisory("PYSEC-2026-1", "2.0", "HIGH"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.ShowLog(output);
            await _server.DisposeAsync();
        }
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    [ClientTheory]
    [MemberData(nameof(ClientsAndActions))]
    public async Task Clients_resolve_to_the_newest_version_without_a_known_vulnerability(string client, string action)
    {
        var server = await StartAsync($"source: \"{Source}\", action: {action}");
        await ReadAsync(server);
        using var installation = new FreshInstallation(client, server.IndexOf(Proxy), "demo");
        Assert.Equal("1.0", await installation.PrintAsync("import demo; print(demo.value)"));
    }

    [Fact]
    public async Task A_blocked_release_is_hidden_everywhere_and_why_names_the_advisory()
    {
        var server = await StartAsync($"source: \"{Source}\", action: Block, minimumSeverity: High");
        await ReadAsync(server);
        var page = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], page.FileNames);
        var refused = await server.AskAsync(
            new(server.GetUrl(Proxy), "packages/demo/demo-2.0-py3-none-any.whl"));
        Assert.Contains(
            "has a known vulnerability: PYSEC-2026-1 (demo runs anything)",
            refused.Must(HttpStatusCode.NotFound).Text, StringComparison.Ordinal);
        var file = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/2.0"))).Must(HttpStatusCode.OK)
            .Json.GetProperty("files")[0];
        Assert.Equal("advisories", file.GetProperty("rules")[0].GetProperty("rule").GetString());
        Assert.Equal("CVE-2026-1", file.GetProperty("vulnerabilities")[0].GetProperty("aliases")[0].GetString());
        var metrics = (await server.AskAsync(new(server.Management, "metrics"))).Text;
        Assert.Contains(
            "pyrepo_policy_refused_total{repository=\"proxy\",rule=\"advisories\"} 1", metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_yanked_release_says_which_advisories_are_the_reason()
    {
        var server = await StartAsync($"source: \"{Source}\", action: Yank");
        await ReadAsync(server);
        var page = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        Assert.Equal(
            "PYSEC-2026-1 (demo runs anything)",
            page.File("demo-2.0-py3-none-any.whl").GetProperty("yanked").GetString());
        Assert.False(page.File("demo-1.0-py3-none-any.whl").GetProperty("yanked").GetBoolean());
    }

    [Fact]
    public async Task A_reported_release_is_served_and_appears_in_the_JSON_API_and_metrics()
    {
        var server = await StartAsync($"source: \"{Source}\", action: Report");
        await ReadAsync(server);
        (await server.FileAsync(Proxy, "demo", "demo-2.0-py3-none-any.whl")).Must(HttpStatusCode.OK);
        var vulnerability = (await server.AskAsync(new(server.GetUrl(Proxy), "pypi/demo/json"))).Must(HttpStatusCode.OK)
            .Json.GetProperty("vulnerabilities")[0];
        Assert.Equal(
            ("PYSEC-2026-1", "demo runs anything", "2.1", "https://osv.dev/vulnerability/PYSEC-2026-1"),
            (vulnerability.GetProperty("id").GetString(), vulnerability.GetProperty("summary").GetString(),
                vulnerability.GetProperty("fixed_in")[0].GetString(), vulnerability.GetProperty("link").GetString()));
        var older = await server.AskAsync(new(server.GetUrl(Proxy), "pypi/demo/1.0/json"));
        Assert.Equal(0, older.Must(HttpStatusCode.OK).Json.GetProperty("vulnerabilities").GetArrayLength());
        var metrics = (await server.AskAsync(new(server.Management, "metrics"))).Text;
        Assert.Contains(
            "pyrepo_vulnerable_files_served_total{repository=\"proxy\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_advisory_below_the_minimum_severity_is_ignored_but_an_unrated_one_applies()
    {
        await WriteAsync(Advisory("PYSEC-2026-1", "1.0", "MODERATE"), Advisory("PYSEC-2026-2", "2.0", null));
        var server = await StartAsync($"source: \"{Source}\", action: Block, minimumSeverity: High");
        await ReadAsync(server);
        Assert.Equal(
            ["demo-1.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
    }

    [Fact]
    public async Task Nothing_is_served_until_the_source_is_read_once_and_then_its_last_copy_is_used()
    {
        _upstream.At("/all.json", Replies.Status(503));
        var server = await StartAsync($"source: \"{_upstream.Url}all.json\", action: Block");
        var down = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("The advisories have not been read yet", down.Text, StringComparison.Ordinal);
        var advisories = $"[{Advisory("PYSEC-2026-1", "2.0", "HIGH").ToJsonString()}]";
        _upstream.At("/all.json", Replies.Text(advisories, "application/json"));
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await ReadAsync(server);
        Assert.Equal(
            ["demo-1.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal(0, await server.StopAsync());
        _upstream.At("/all.json", Replies.Status(503));
        await server.StartAgainAsync();
        await ReadAsync(server);
        Assert.Equal(
            ["demo-1.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
    }

    [Fact]
    public async Task A_new_advisory_applies_once_the_source_is_read_again_and_a_broken_source_changes_nothing()
    {
        var server = await StartAsync($"source: \"{Source}\", action: Block, refresh: 1s");
        await ReadAsync(server);
        await WriteAsync(Advisory("PYSEC-2026-1", "2.0", "HIGH"), Advisory("PYSEC-2026-22", "1.0", "HIGH"));
        await Eventually.IsAsync("everything is blocked", 0, async () =>
            (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames.Count);
        var status = (await server.PageAsync(Proxy, "demo")).Json.GetProperty("project-status");
        Assert.Equal(
            "blocked by policy: advisories PYSEC-2026-22, advisories PYSEC-2026-1",
            status.GetProperty("reason").GetString());
        await File.WriteAllTextAsync(new Uri(Source).LocalPath, "[ broken");
        await Eventually.IsAsync("that is reported", async () => (await StatusAsync(server))
            .TryGetProperty("lastError", out var error) && error.GetString() is not null);
        Assert.Empty((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
    }

    [AssetFact("corpus/advisories/all.zip")]
    public async Task Real_advisories_block_a_real_release()
    {
        _upstream.Serve(new ScriptedPage(
            "jinja2", ScriptedFile.Wheel("jinja2", "2.10"), ScriptedFile.Wheel("jinja2", "3.1.6")));
        var server = await StartAsync(
            $"source: \"file://{Assets.GetPath("corpus", "advisories", "all.zip")}\", action: Block");
        await ReadAsync(server);
        Assert.DoesNotContain(
            "jinja2-2.10-py3-none-any.whl",
            (await server.PageAsync(Proxy, "jinja2")).Must(HttpStatusCode.OK).FileNames);
    }

    /// <summary>An advisory about demo from a version on; the next minor version fixes it.</summary>
    static JsonObject Advisory(string id, string version, string? severity)
    {
        var number = id.Split('-')[^1];
        var advisory = new JsonObject
        {
            ["id"] = id,
            ["modified"] = "2026-01-02T00:00:00Z",
            ["published"] = "2026-01-01T00:00:00Z",
            ["aliases"] = new JsonArray($"CVE-2026-{number}"),
            ["summary"] = "demo runs anything",
            ["affected"] = new JsonArray(new JsonObject
            {
                ["package"] = new JsonObject { ["ecosystem"] = "PyPI", ["name"] = "Demo" },
                ["ranges"] = new JsonArray(new JsonObject
                {
                    ["type"] = "ECOSYSTEM",
                    ["events"] = new JsonArray(
                        new JsonObject { ["introduced"] = version },
                        new JsonObject { ["fixed"] = version.Replace(".0", ".1", StringComparison.Ordinal) }),
                }),
            }),
        };
        if (severity is not null)
            advisory["database_specific"] = new JsonObject { ["severity"] = severity };
        return advisory;
    }

    Task WriteAsync(params JsonObject[] advisories) => File.WriteAllTextAsync(
        new Uri(Source).LocalPath, $"[{string.Join(',', advisories.Select(a => a.ToJsonString()))}]");

    async Task<PyRepoServer> StartAsync(string advisories) => _server = await PyRepoServer.StartAsync(
        ProxyManifest.Proxy(Proxy, _upstream.Index, $"policy: {{ advisories: {{ {advisories} }} }}"));

    static async Task<System.Text.Json.JsonElement> StatusAsync(PyRepoServer server) =>
        (await server.AskAsync(new(server.Management, "status"))).Json.GetProperty("repositories")[0]
            .GetProperty("advisories");

    static Task<TimeSpan> ReadAsync(PyRepoServer server) => Eventually.IsAsync(
        "the advisories are in force",
        async () => (await StatusAsync(server)).TryGetProperty("count", out var count) && count.GetInt32() > 0);
}
