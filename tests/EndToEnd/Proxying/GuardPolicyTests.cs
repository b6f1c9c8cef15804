using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// A proxy holds releases that look like those of five campaigns at first sight. They are rebuilt, and harmless.
/// </summary>
public sealed class GuardPolicyTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Advisory = """
        [ { "id": "MAL-2026-1", "modified": "2026-01-01T00:00:00Z", "summary": "demo-agent steals tokens.",
        "affected": [ { "package": { "ecosystem": "PyPI", "name": "demo-agent" }, "versions": [ "2.0" ] } ] } ]
        """;

    static readonly DateTimeOffset _old = DateTimeOffset.UtcNow.AddDays(-100);
    static readonly DateTimeOffset _new = DateTimeOffset.UtcNow.AddHours(-2);

    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    /// <summary>Each project, the file that is held, the rule, and what its reason says.</summary>
    public static TheoryData<string, string, string, string> Campaigns() => new()
    {
        { "litellm", "litellm-1.82.8-py3-none-any.whl", "StartupFile", "litellm_init.pth" },
        { "fancy-log", "fancy_log-2.0-py3-none-any.whl", "ShadowsInterpreter", "python3" },
        { "web-sdk", "web_sdk-3.1-py3-none-any.whl", "YoungDependency", "'plain-crypto'" },
        { "pinned", "pinned-1.0-py3-none-any.whl", "OldReleaseNewFile", "was added to a release" },
        { "internal-toolbe1t", "internal_toolbe1t-9.0-py3-none-any.whl", "LookAlike", "'internal-toolbelt'" },
    };

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.AnswersTails = true;
        Serve("litellm", AttackWheel.Make("litellm", "1.82.6", _old),
            AttackWheel.Make("litellm", "1.82.8", _new, ("litellm_init.pth", "import os; os.environ.get('HOME')\n")));
        Serve("fancy-log", AttackWheel.Make("fancy-log", "1.0", _old), AttackWheel.Make(
            "fancy-log", "2.0", _new, ("INFO/entry_points.txt", "[console_scripts]\npython3 = fancy_log:main\n")));
        Serve("web-sdk", AttackWheel.Make("web-sdk", "3.0", _old), AttackWheel.Make(
            "web-sdk", "3.1", _new,
            ("INFO/METADATA", "Metadata-Version: 2.1\nName: web-sdk\nVersion: 3.1\nRequires-Dist: plain-crypto\n")));
        Serve("plain-crypto", AttackWheel.Make("plain-crypto", "4.2.1", _new.AddHours(-18)));
        Serve("pinned", AttackWheel.Make("pinned", "0.9", _old), AttackWheel.Make("pinned", "1.0", _new),
            AttackWheel.Make("pinned", "1.0", _old) with { FileName = "pinned-1.0-py2-none-any.whl" });
        Serve("internal-toolbe1t", AttackWheel.Make("internal-toolbe1t", "9.0", _new));
        Serve("demo-agent", AttackWheel.Make("demo-agent", "1.0", _old), AttackWheel.Make(
            "demo-agent", "2.0", _old.AddDays(50), ("demo_agent.start", "demo_agent:main\n")));
        _server = await PyRepoServer.StartAsync(Describe());
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Campaigns))]
    public async Task A_campaign_is_held_at_first_sight_on_page_JSON_metadata_and_file(
        string project, string file, string rule, string reason)
    {
        Assert.DoesNotContain(file, (await _server.PageAsync("hold", project)).FileNames);
        Assert.Equal(0, _upstream.Seen.Count(seen => seen.Path == $"/files/{file}" && seen["Range"] is null));
        using var asHtml = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_server.IndexOf("hold"), $"{project}/"));
        asHtml.Headers.Accept.ParseAdd("text/html");
        using var html = await _server.Http.SendAsync(asHtml);
        Assert.Equal("text/html", html.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain(file, await html.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var json = await _server.Http.GetAsync(new Uri(_server.GetUrl("hold"), $"pypi/{project}/json"));
        Assert.DoesNotContain(file, await json.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var url = (await _server.PageAsync("plain", project)).GetUrl(file).AbsoluteUri
            .Replace("/plain/", "/hold/", StringComparison.Ordinal);
        foreach (var asked in new[] { url, url + ".metadata" })
        {
            var refused = (await _server.AskAsync(new Uri(asked))).Must(HttpStatusCode.NotFound);
            Assert.Contains(reason, refused.Text, StringComparison.Ordinal);
        }
        var rules = (await ExplainAsync("hold", project, file))["rules"]!.AsArray();
        var found = rules.Single(each => (string)each!["entry"]! == rule)!;
        Assert.Equal("guard", (string)found["rule"]!);
        Assert.Contains(reason, (string)found["reason"]!, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(7), (DateTimeOffset)found["until"]! - (DateTimeOffset)found["since"]!);
    }

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task A_client_installs_the_release_before_the_attack(string client)
    {
        const string code = "import litellm; print(litellm.value)";
        using var held = new FreshInstallation(client, _server.IndexOf("hold"), "litellm");
        Assert.Equal("1.82.6", (await held.PrintAsync(code)).Trim());
        using var reported = new FreshInstallation(client, _server.IndexOf("report"), "litellm");
        Assert.Equal("1.82.8", (await reported.PrintAsync(code)).Trim());
    }

    [Fact]
    public async Task Report_shows_the_file_at_once_and_says_what_was_found_in_why_log_and_page()
    {
        Assert.Equal(2, (await _server.PageAsync("report", "litellm")).FileNames.Count);
        await Eventually.IsAsync("it is reported", async () =>
            (await ExplainAsync("report", "litellm", "litellm-1.82.8-py3-none-any.whl"))["reported"] is JsonArray found
            && found.Any(each => (string)each!["entry"]! == "StartupFile"));
        await _server.MustLogAsync(
            "Guard StartupFile: 'litellm-1.82.8-py3-none-any.whl' has the file litellm_init.pth, which runs whenever "
            + "the interpreter starts.");
        var page = await _server.Http.GetStringAsync(
            new Uri(_server.GetUrl("report"), "project/litellm/?tab=releases"));
        Assert.Contains("litellm_init.pth", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_and_metrics_say_what_is_held_by_which_rule()
    {
        await _server.PageAsync("hold", "litellm");
        JsonNode? held = null;
        await Eventually.IsAsync("the server has looked what it holds", async () =>
        {
            var status = JsonNode.Parse(await _server.Http.GetStringAsync(new Uri(_server.Management, "status")))!;
            held = status["repositories"]!.AsArray().Single(each => (string)each!["name"]! == "hold")!["held"];
            return held is not null;
        });
        Assert.Equal((1, 1), ((int)held!["count"]!, (int)held["rules"]!["guard"]!));
        var metrics = await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics"));
        Assert.Contains(
            "pyrepo_guard_findings_total{repository=\"hold\",rule=\"StartupFile\"} 1", metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_lets_a_held_file_through_while_the_server_runs()
    {
        Assert.Single((await _server.PageAsync("hold", "litellm")).FileNames);
        await File.WriteAllTextAsync(_server.ManifestFile, Describe(
            hold: ", waivers: [ { match: litellm==1.82.8, rules: [ Guard ], reason: it is ours, by: alice, "
                + "until: \"2099-01-01T00:00:00Z\" } ]"));
        await Eventually.IsAsync("the waived file is visible", 2, async () =>
            (await _server.PageAsync("hold", "litellm")).FileNames.Count);
        Assert.Single((await _server.PageAsync("hold", "fancy-log")).FileNames);
    }

    [Fact]
    public async Task What_was_found_is_remembered_over_a_restart_without_asking_again()
    {
        await _server.PageAsync("hold", "litellm");
        var asked = _upstream.Seen.Count(seen => seen["Range"] is not null);
        await _server.StopAsync();
        await _server.StartAgainAsync();
        Assert.Single((await _server.PageAsync("hold", "litellm")).FileNames);
        Assert.Equal(asked, _upstream.Seen.Count(seen => seen["Range"] is not null));
    }

    [Fact]
    public async Task A_file_that_is_no_longer_held_is_hidden_for_good_with_an_advisory_about_malware()
    {
        const string file = "demo_agent-2.0-py3-none-any.whl";
        var url = (await _server.PageAsync("known", "demo-agent")).GetUrl(file);
        // It is too old to be inspected before it is listed.
        var refused = (await _server.AskAsync(url)).Must(HttpStatusCode.NotFound);
        Assert.Contains("MAL-2026-1", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(file, (await _server.PageAsync("known", "demo-agent")).FileNames);
        var rule = (await ExplainAsync("known", "demo-agent", file))["rules"]!.AsArray().First()!;
        Assert.Null(rule["until"]);
        // Without the advisory it would be served by now.
        var unknown = (await _server.PageAsync("hold", "demo-agent")).GetUrl(file);
        (await _server.AskAsync(unknown)).Must(HttpStatusCode.OK);
    }

    void Serve(string project, params ScriptedFile[] files)
    {
        _upstream.Serve(new ScriptedPage(project, files));
        foreach (var file in files)
            _upstream.AtFile(file.FileName, AttackWheel.AnswerRanges(file.Bytes));
    }

    string Describe(string hold = "") => Manifest.All(
        ProxyManifest.Proxy("plain", _upstream.Index),
        ProxyManifest.Proxy("report", _upstream.Index, "policy: { guard: { action: Report } }"),
        ProxyManifest.Proxy(
            "hold", _upstream.Index, $"policy: {{ guard: {{ action: Hold }}, exempt: [ internal-toolbelt ] {hold} }}"),
        ProxyManifest.Proxy(
            "known", _upstream.Index,
            "policy: { guard: { action: Hold }, advisories: { ownRef: { name: ours }, action: Report } }"),
        Manifest.ConfigMap("ours", "advisories.json", Advisory) + "\n");

    async Task<JsonNode> ExplainAsync(string repository, string project, string file)
    {
        var why = JsonNode.Parse(await _server.Http.GetStringAsync(
            new Uri(_server.GetUrl(repository), $"api/v1/why/{project}/{file.Split('-')[1]}")))!;
        return why["files"]!.AsArray().Single(each => (string)each!["file"]! == file)!;
    }
}
