using System.Globalization;
using System.Net;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>What the policy of a proxy hides, and what clients do then.</summary>
public sealed class PolicyTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";

    static readonly string _today =
        DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    readonly List<PyRepoServer> _servers = [];
    ScriptedUpstream _upstream = null!;

    public static TheoryData<string, string> Rules()
    {
        var rules = new TheoryData<string, string>();
        foreach (var client in (string[])["pip", "uv"])
        {
            foreach (var rule in (string[])
                [
                    "allow: [ \"demo<2\" ]", "block: [ \"demo>=2\" ]", "minimumAge: 7d",
                    "asOf: \"2025-01-01T00:00:00Z\"",
                    "packageTypes: [ bdist_wheel ], block: [ \"demo==2.0\" ]",
                    "constraintsRef: { kind: ConfigMap, name: set, key: constraints.txt }",
                ])
            {
                rules.Add(client, rule);
            }
        }
        return rules;
    }

    public async ValueTask InitializeAsync() => _upstream = await ScriptedUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.ShowLog(output);
            await server.DisposeAsync();
        }
        await _upstream.DisposeAsync();
    }

    [ClientTheory]
    [MemberData(nameof(Rules))]
    public async Task Clients_resolve_to_the_newest_version_that_the_rule_allows(string client, string rule)
    {
        ServeDemo();
        var server = await StartAsync($"policy: {{ {rule} }}");
        using var installation = new FreshInstallation(client, server.IndexOf(Proxy), "demo");
        Assert.Equal("1.0", await installation.PrintAsync("import demo; print(demo.value)"));
    }

    [Fact]
    public async Task A_hidden_file_is_neither_on_the_page_nor_in_the_JSON_API_nor_downloadable()
    {
        var (_, hidden) = ServeDemo();
        var open = await StartAsync("mode: OnDemand");
        var url = (await open.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).GetUrl(hidden.FileName);
        var server = await StartAsync("policy: { minimumAge: 7d }");
        Assert.Equal(
            ["demo-1.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        var html = (await server.AskAsync(new(server.IndexOf(Proxy), "demo/"), accept: "text/html")).Text;
        Assert.DoesNotContain("2.0", html, StringComparison.Ordinal);
        foreach (var suffix in (string[])["", ".metadata"])
        {
            var refused = await server.AskAsync(new Uri(server.Url, url.PathAndQuery + suffix));
            Assert.Contains("is younger than 7d", refused.Must(HttpStatusCode.NotFound).Text, StringComparison.Ordinal);
        }
        Assert.Equal(0, _upstream.CountOfFile(hidden.FileName));
        var json = await server.AskAsync(new(server.GetUrl(Proxy), "pypi/demo/json"));
        Assert.Equal(
            "1.0", json.Must(HttpStatusCode.OK).Json.GetProperty("info").GetProperty("version").GetString());
        (await server.AskAsync(new(server.GetUrl(Proxy), "pypi/demo/2.0/json"))).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Why_names_the_rule_its_entry_since_and_until_when()
    {
        ServeDemo();
        var server = await StartAsync("policy: { minimumAge: 7d, block: [ \"demo>=2\" ] }");
        var why = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/2"))).Must(HttpStatusCode.OK).Json;
        var file = why.GetProperty("files")[0];
        Assert.False(file.GetProperty("visible").GetBoolean());
        var rules = file.GetProperty("rules");
        Assert.Equal(
            ("block", "demo>=2", "is blocked by 'demo>=2'"),
            (rules[0].GetProperty("rule").GetString(), rules[0].GetProperty("entry").GetString(),
                rules[0].GetProperty("reason").GetString()));
        Assert.Equal("minimumAge", rules[1].GetProperty("rule").GetString());
        Assert.Equal(
            TimeSpan.FromDays(7),
            rules[1].GetProperty("until").GetDateTimeOffset() - rules[1].GetProperty("since").GetDateTimeOffset());
        var older = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/1.0"))).Must(HttpStatusCode.OK);
        Assert.True(older.Json.GetProperty("files")[0].GetProperty("visible").GetBoolean());
        var none = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/3"))).Must(HttpStatusCode.OK);
        Assert.Equal(0, none.Json.GetProperty("files").GetArrayLength());
        (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/none/3"))).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_waiver_opens_a_file_until_it_ends_and_says_who_gave_it()
    {
        var (_, young) = ServeDemo();
        var end = DateTimeOffset.UtcNow.AddSeconds(30);
        var until = end.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var server = await StartAsync(
            "policy: { minimumAge: 7d, waivers: [ { match: demo==2.0, rules: [ MinimumAge ], "
            + $"reason: a fix, by: alice, until: \"{until}\" }} ] }}");
        (await server.FileAsync(Proxy, "demo", young.FileName)).Must(HttpStatusCode.OK);
        var url = (await server.PageAsync(Proxy, "demo")).GetUrl(young.FileName);
        var why = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/2.0"))).Must(HttpStatusCode.OK);
        var file = why.Json.GetProperty("files")[0];
        Assert.True(file.GetProperty("visible").GetBoolean());
        var waiver = file.GetProperty("waivers")[0];
        Assert.Equal(
            ("minimumAge", "demo==2.0", "a fix", "alice"),
            (waiver.GetProperty("rule").GetString(), waiver.GetProperty("match").GetString(),
                waiver.GetProperty("reason").GetString(), waiver.GetProperty("by").GetString()));
        var page = (await server.AskAsync(
            new(server.GetUrl(Proxy), "project/demo/?tab=releases"), accept: "text/html")).Text;
        Assert.Contains("is waived by <bdi>alice</bdi>", page, StringComparison.Ordinal);
        await Eventually.IsAsync(
            "the file is hidden", HttpStatusCode.NotFound, async () => (await server.AskAsync(url)).Status);
        Assert.True(DateTimeOffset.UtcNow >= end);
        Assert.Equal(
            ["demo-1.0-py3-none-any.whl"], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        foreach (var said in (string[])
            ["alice waives MinimumAge for 'demo==2.0'", "no longer exempt from MinimumAge, which alice had waived"])
        {
            await Eventually.IsAsync(
                said, () => Task.FromResult(server.LogText().Contains(said, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_fully_blocked_project_explains_itself_and_its_group_does_not_fall_through()
    {
        _upstream.Serve(new ScriptedPage("evil", ScriptedFile.Wheel("evil", "1.0")));
        await using var other = await ScriptedUpstream.StartAsync();
        other.Serve(new ScriptedPage("evil", ScriptedFile.Wheel("evil", "9.0")));
        var server = await StartAsync(
            ProxyManifest.Proxy(Proxy, _upstream.Index, "policy: { block: [ evil ] }"),
            ProxyManifest.Proxy("other", other.Index),
            ProxyManifest.Group("all", [$"ProxyRepository/{Proxy}", "ProxyRepository/other"]));
        foreach (var repository in (string[])[Proxy, "all"])
        {
            var page = (await server.PageAsync(repository, "evil")).Must(HttpStatusCode.OK);
            Assert.Empty(page.FileNames);
            var status = page.Json.GetProperty("project-status");
            Assert.Equal(
                ("quarantined", "blocked by policy: evil"),
                (status.GetProperty("status").GetString(), status.GetProperty("reason").GetString()));
            var why = await server.AskAsync(new(server.GetUrl(repository), "api/v1/why/evil/1.0"));
            Assert.Equal(
                "block",
                why.Must(HttpStatusCode.OK).Json.GetProperty("files")[0].GetProperty("rules")[0].GetProperty("rule")
                    .GetString());
        }
        Assert.Equal(0, other.CountOfPage("evil"));
    }

    [Fact]
    public async Task A_project_that_allow_does_not_name_goes_to_the_next_member_and_not_to_upstream()
    {
        ServeDemo();
        await using var other = await ScriptedUpstream.StartAsync();
        other.Serve(new ScriptedPage("demo", ScriptedFile.Wheel("demo", "9.0")));
        var server = await StartAsync(
            ProxyManifest.Proxy(Proxy, _upstream.Index, "policy: { allow: [ \"acme-*\" ] }"),
            ProxyManifest.Proxy("other", other.Index),
            ProxyManifest.Group("all", [$"ProxyRepository/{Proxy}", "ProxyRepository/other"]));
        (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.NotFound);
        Assert.Equal(0, _upstream.CountOfPage("demo"));
        var why = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/1.0"))).Must(HttpStatusCode.OK);
        Assert.False(why.Json.GetProperty("known").GetBoolean());
        Assert.Equal("allow", why.Json.GetProperty("rules")[0].GetProperty("rule").GetString());
        Assert.Equal(
            ["demo-9.0-py3-none-any.whl"], (await server.PageAsync("all", "demo")).Must(HttpStatusCode.OK).FileNames);
    }

    [Fact]
    public async Task A_changed_policy_applies_immediately_to_cached_content()
    {
        var (old, _) = ServeDemo();
        var server = await StartAsync("cache: { projectTtl: 1h }");
        Assert.Equal(2, (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames.Count);
        (await server.FileAsync(Proxy, "demo", old.FileName)).Must(HttpStatusCode.OK);
        var url = (await server.PageAsync(Proxy, "demo")).GetUrl(old.FileName);
        await File.WriteAllTextAsync(
            server.ManifestFile,
            ProxyManifest.Proxy(Proxy, _upstream.Index,
                "cache: { projectTtl: 1h }, policy: { block: [ \"demo<2\" ] }"));
        await Eventually.IsAsync(
            "the older version is hidden", "demo-2.0-py3-none-any.whl",
            async () => string.Join(' ', (await server.PageAsync(Proxy, "demo")).FileNames));
        (await server.AskAsync(url)).Must(HttpStatusCode.NotFound);
        Assert.Equal(1, _upstream.CountOfPage("demo"));
    }

    [Fact]
    public async Task A_backdated_upload_ages_from_the_reading_in_which_it_was_absent()
    {
        var (old, _) = ServeDemo();
        _upstream.Serve(new ScriptedPage("demo", old));
        var server = await StartAsync("cache: { projectTtl: 1s, notFoundTtl: 0s }, policy: { minimumAge: 1h }");
        Assert.Single((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        // Upstream forgets the project for a while, which is no way around the age.
        _upstream.AtPage("demo", Replies.Status(404));
        await Eventually.IsAsync(
            "it is gone", HttpStatusCode.NotFound, async () => (await server.PageAsync(Proxy, "demo")).Status);
        var backdated = ScriptedFile.Wheel("demo", "1.5") with { UploadTime = "2020-01-01T00:00:00Z" };
        _upstream.Serve(new ScriptedPage("demo", old, backdated));
        await Eventually.IsAsync(
            "the old file is back", old.FileName,
            async () => string.Join(' ', (await server.PageAsync(Proxy, "demo")) is { Status: HttpStatusCode.OK } page
                ? page.FileNames : []));
        var why = (await server.AskAsync(new(server.GetUrl(Proxy), "api/v1/why/demo/1.5"))).Must(HttpStatusCode.OK);
        Assert.Equal(
            "minimumAge",
            why.Json.GetProperty("files")[0].GetProperty("rules")[0].GetProperty("rule").GetString());
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        Assert.Equal([old.FileName], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
    }

    [Theory]
    [InlineData("Hide")]
    [InlineData("Keep")]
    public async Task A_cached_file_that_upstream_removed_is_hidden_or_kept(string action)
    {
        var (old, young) = ServeDemo();
        var server = await StartAsync(
            $"cache: {{ projectTtl: 1s, notFoundTtl: 0s }}, policy: {{ onUpstreamRemoval: {action} }}");
        (await server.FileAsync(Proxy, "demo", old.FileName)).Must(HttpStatusCode.OK);
        await Eventually.IsAsync(
            "it is cached", "HIT", async () => (await server.FileAsync(Proxy, "demo", old.FileName)).XCache);
        var url = (await server.PageAsync(Proxy, "demo")).GetUrl(old.FileName);
        _upstream.Serve(new ScriptedPage("demo", young));
        string[] expected = action is "Keep" ? [old.FileName, young.FileName] : [young.FileName];
        await Eventually.IsAsync(
            "upstream's page is read", string.Join(' ', expected),
            async () => string.Join(' ', (await server.PageAsync(Proxy, "demo")).FileNames));
        var status = action is "Keep" ? HttpStatusCode.OK : HttpStatusCode.NotFound;
        (await server.AskAsync(url)).Must(status);
        _upstream.AtPage("demo", Replies.Status(404));
        await Eventually.IsAsync("the project is removed", action is "Keep" ? old.FileName : "404", async () =>
            (await server.PageAsync(Proxy, "demo")) is { Status: HttpStatusCode.OK } page
                ? string.Join(' ', page.FileNames) : "404");
        Assert.Equal(
            status is HttpStatusCode.OK ? Convert.ToHexStringLower(old.Bytes) : "",
            (await server.AskAsync(url)).Must(status) is { Status: HttpStatusCode.OK } kept
                ? Convert.ToHexStringLower(kept.Bytes) : "");
    }

    [Fact]
    public async Task A_quarantined_project_is_not_kept_after_its_removal_upstream_and_a_restart()
    {
        var (old, _) = ServeDemo();
        var server = await StartAsync(
            "cache: { projectTtl: 1s, notFoundTtl: 0s }, policy: { onUpstreamRemoval: Keep }");
        await Eventually.IsAsync(
            "it is cached", "HIT", async () => (await server.FileAsync(Proxy, "demo", old.FileName)).XCache);
        var url = (await server.PageAsync(Proxy, "demo")).GetUrl(old.FileName);
        _upstream.AtPage("demo", Replies.Text(
            """{"meta":{"api-version":"1.4"},"name":"demo","project-status":{"status":"quarantined"},"versions":[],"files":[]}""",
            Replies.Json));
        await Eventually.IsAsync(
            "it is quarantined", 0, async () => (await server.PageAsync(Proxy, "demo")).FileNames.Count);
        _upstream.AtPage("demo", Replies.Status(404));
        var asked = _upstream.CountOfPage("demo");
        await Eventually.IsAsync("upstream removed it", async () =>
        {
            await server.PageAsync(Proxy, "demo");
            return _upstream.CountOfPage("demo") > asked + 1;
        });
        (await server.AskAsync(url)).Must(HttpStatusCode.NotFound);
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        (await server.AskAsync(url)).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_page_that_was_evicted_before_a_restart_still_tells_which_files_are_new()
    {
        var old = ScriptedFile.Wheel("demo", "1.0");
        _upstream.Serve(new ScriptedPage("demo", old));
        foreach (var name in (string[])["one", "two", "three", "four"])
            _upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0", 300_000)));
        var server = await StartAsync(
            "cache: { projectTtl: 1s, maxSize: 700Ki }, policy: { asOf: \"2025-01-01T00:00:00Z\" }");
        Assert.Single((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        var saved = Path.Combine(server.GetFolder(Proxy), "upstream", "demo.json");
        await Eventually.IsAsync("its page is evicted", async () =>
        {
            foreach (var name in (string[])["one", "two", "three", "four"])
                (await server.FileAsync(Proxy, name, $"{name}-1.0-py3-none-any.whl")).Must(HttpStatusCode.OK);
            return (await File.ReadAllTextAsync(saved)).Contains("evicted-files", StringComparison.Ordinal);
        });
        Assert.Equal(0, await server.StopAsync());
        _upstream.Serve(new ScriptedPage(
            "demo", old, ScriptedFile.Wheel("demo", "2.0") with { UploadTime = "2020-01-01T00:00:00Z" }));
        await server.StartAgainAsync();
        Assert.Equal([old.FileName], (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
    }

    [Fact]
    public async Task The_status_counts_files_refused_by_a_rule_or_hash_and_shows_the_first_few()
    {
        var (old, young) = ServeDemo();
        var server = await StartAsync("policy: { minimumAge: 7d }");
        var page = (await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK);
        _upstream.AtFile(old.FileName, Replies.Bytes([.. old.Bytes.Reverse()]));
        (await server.AskAsync(page.GetUrl(old.FileName))).Must(HttpStatusCode.ServiceUnavailable);
        var hidden = new Uri(server.GetUrl(Proxy), $"packages/demo/{young.FileName}");
        (await server.AskAsync(hidden)).Must(HttpStatusCode.NotFound);
        (await server.AskAsync(hidden)).Must(HttpStatusCode.NotFound);
        var status = (await server.AskAsync(new(server.Management, "status"))).Json.GetProperty("repositories")[0];
        var refused = status.GetProperty("policy").GetProperty("refused");
        Assert.Equal(
            (1, 2), (refused.GetProperty("hash").GetInt32(), refused.GetProperty("minimumAge").GetInt32()));
        Assert.Equal(
            $"{young.FileName} is younger than 7d", status.GetProperty("policy").GetProperty("first")[1].GetString());
        Assert.Equal(0, status.GetProperty("cache").GetProperty("hits").GetInt32());
        Assert.Equal(1, status.GetProperty("cache").GetProperty("misses").GetInt32());
    }

    [Fact]
    public async Task A_line_of_the_constraints_file_that_has_no_effect_is_in_the_log()
    {
        ServeDemo();
        var server = await StartAsync(
            Constraints("demo==1.0\n--prefer-binary"),
            ProxyManifest.Proxy(
                Proxy, _upstream.Index,
                "policy: { constraintsRef: { kind: ConfigMap, name: set, key: constraints.txt } }"));
        Assert.Single((await server.PageAsync(Proxy, "demo")).Must(HttpStatusCode.OK).FileNames);
        await server.MustLogAsync("line 2: '--prefer-binary' is an option, which has no effect here");
    }

    [Fact]
    public async Task The_index_of_a_date_shows_the_files_of_that_date_with_working_links()
    {
        var (old, young) = ServeDemo();
        var server = await StartAsync("policy: { packageTypes: [ bdist_wheel ] }");
        var then = await server.AskAsync(new(server.GetUrl(Proxy), "@2025-01-01/simple/demo/"), accept: Replies.Json);
        Assert.Equal([old.FileName], then.Must(HttpStatusCode.OK).FileNames);
        Assert.Equal(old.Bytes, (await server.AskAsync(then.GetUrl(old.FileName))).Must(HttpStatusCode.OK).Bytes);
        var now = await server.AskAsync(new(server.GetUrl(Proxy), $"@{_today}/simple/demo/"), accept: Replies.Json);
        Assert.Equal([old.FileName, young.FileName], now.Must(HttpStatusCode.OK).FileNames);
        var before = await server.AskAsync(new(server.GetUrl(Proxy), "@2001-01-01/simple/demo/"), accept: Replies.Json);
        Assert.Empty(before.Must(HttpStatusCode.OK).FileNames);
    }

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task Clients_install_from_the_index_of_a_date(string client)
    {
        ServeDemo();
        var server = await StartAsync("mode: OnDemand");
        using var installation = new FreshInstallation(
            client, new Uri(server.GetUrl(Proxy), "@2025-01-01/simple/"), "demo");
        Assert.Equal("1.0", await installation.PrintAsync("import demo; print(demo.value)"));
    }

    /// <summary>Serves demo 1.0, which is old, and 2.0, which was uploaded today.</summary>
    (ScriptedFile Old, ScriptedFile Young) ServeDemo()
    {
        var old = new ScriptedFile(TestWheel.Module("demo", "1.0", "value = '1.0'\n"));
        var young = new ScriptedFile(TestWheel.Module("demo", "2.0", "value = '2.0'\n")) with { UploadTime = _today };
        _upstream.Serve(new ScriptedPage("demo", old, young));
        return (old, young);
    }

    static string Constraints(string text) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: set }
        data:
          constraints.txt: "{{text.Replace("\n", "\\n", StringComparison.Ordinal)}}"

        """;

    Task<PyRepoServer> StartAsync(string spec) => StartAsync(
        Constraints("demo==1.0"), ProxyManifest.Proxy(Proxy, _upstream.Index, spec));

    async Task<PyRepoServer> StartAsync(params string[] manifests)
    {
        var server = await PyRepoServer.StartAsync(Manifest.All(manifests));
        _servers.Add(server);
        return server;
    }
}
