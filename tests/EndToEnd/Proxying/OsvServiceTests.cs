using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Proxying;

/// <summary>What repositories and groups answer as an OSV service.</summary>
public sealed class OsvServiceTests(ITestOutputHelper output) : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    PyRepoServer? _server;

    string Source => $"file://{_folder.Path}/all.json";

    PyRepoServer Server => _server!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.ShowLog(output);
            await _server.DisposeAsync();
        }
        _folder.Dispose();
    }

    [Fact]
    public async Task Queries_are_answered_as_OSV_answers_them()
    {
        var document = OsvDocument.Write("ACME-1", "acme", "2.0");
        await StartAsync(Hosted("team"), document, OsvDocument.Write("ACME-2", "acme", "1.5"));
        await AnswersAsync("team", "acme", "1.7", "ACME-1");
        await AnswersAsync("team", "ACME", "1.0", "ACME-1", "ACME-2");
        await AnswersAsync("team", "acme", null, "ACME-1", "ACME-2");
        await AnswersAsync("team", "acme", "2.0");
        await AnswersAsync("team", "other", "1.0");
        var found = await QueryAsync("team", """{"package":{"purl":"pkg:pypi/acme@1.7?a=b"}}""");
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(document), JsonNode.Parse(found.GetProperty("vulns")[0].GetRawText())));
        Assert.Equal("{}", (await QueryAsync("team", """{"package":{"purl":"pkg:npm/acme@1.7"}}""")).GetRawText());
        Assert.Equal("{}", (await QueryAsync(
            "team", """{"version":"1.0","package":{"name":"acme","ecosystem":"npm"}}""")).GetRawText());
    }

    [Theory]
    [InlineData("query", "{}", 400)]
    [InlineData("query", """{"version":"1.0","package":{"purl":"pkg:pypi/acme@1.0"}}""", 400)]
    [InlineData("query", """{"package":{"name":"acme"}}""", 400)]
    [InlineData("query", "nonsense", 400)]
    [InlineData("querybatch", """{"queries":[{}]}""", 400)]
    [InlineData("querybatch", """{"queries":[null]}""", 400)]
    [InlineData("querybatch", """{"queries":[]}""", 200)]
    [InlineData("querybatch", "{}", 200)]
    public async Task A_query_that_asks_for_nothing_is_refused(string operation, string body, int status)
    {
        await StartAsync(Hosted("team"), OsvDocument.Write("ACME-1", "acme", "2.0"));
        using var answer = await PostAsync("team", operation, body);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_batch_is_answered_in_its_order_and_in_pages()
    {
        await StartAsync(
            Hosted("team"),
            Enumerable.Range(1000, 1500).Select(n => OsvDocument.Write($"ACME-{n}", "acme", "2.0")));
        var queries = new[] { "other", "acme", "acme", "acme", "acme" }.Select(name => Query(name, "1.0")).ToArray();
        var seen = new List<string>[] { [], [], [], [], [] };
        var open = queries.Select((query, index) => (Query: query, Index: index)).ToList();
        for (var pages = 0; open.Count > 0; pages++)
        {
            Assert.InRange(pages, 0, 3);
            var results = await BatchAsync("team", [.. open.Select(entry => entry.Query)]);
            Assert.InRange(results.Sum(result => Ids(result).Count), 0, 3000);
            var next = new List<(string Query, int Index)>();
            foreach (var ((query, index), result) in open.Zip(results))
            {
                Assert.InRange(Ids(result).Count, 0, 1000);
                seen[index].AddRange(Ids(result));
                if (result.TryGetProperty("next_page_token", out var token))
                    next.Add((WithToken(query, token.GetString()!), index));
            }
            open = next;
        }
        Assert.Empty(seen[0]);
        Assert.All(seen[1..], ids => Assert.Equal(Enumerable.Range(1000, 1500).Select(n => $"ACME-{n}"), ids));
        using var tooMany = await PostAsync(
            "team", "querybatch", $$"""{"queries":[{{string.Join(',', Enumerable.Repeat(queries[0], 1001))}}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
        using var tooLong = await PostAsync("team", "querybatch", new string(' ', 2 << 20));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
    }

    [Fact]
    public async Task Long_documents_come_in_pages()
    {
        var details = $", \"details\": \"{new string('x', 600_000)}\"";
        await StartAsync(
            Hosted("team"), Enumerable.Range(1, 5).Select(n => OsvDocument.Write($"ACME-{n}", "acme", "2.0", details)));
        var (ids, query) = (new List<string>(), Query("acme", "1.0"));
        while (true)
        {
            var page = await QueryAsync("team", query);
            Assert.InRange(page.GetRawText().Length, 1, 2_000_000);
            ids.AddRange(Ids(page));
            if (!page.TryGetProperty("next_page_token", out var token))
                break;
            query = WithToken(query, token.GetString()!);
        }
        Assert.Equal(["ACME-1", "ACME-2", "ACME-3", "ACME-4", "ACME-5"], ids);
    }

    [Fact]
    public async Task A_document_is_sent_by_its_id_even_if_it_was_withdrawn()
    {
        var document = OsvDocument.Write("ACME-1", "acme", "2.0", ", \"withdrawn\": \"2026-02-01T00:00:00Z\"");
        await StartAsync(Hosted("team"), document, OsvDocument.Write("ACME-2", "acme", "2.0"));
        var sent = await Server.AskAsync(new(Server.GetUrl("team"), "osv/v1/vulns/ACME-1"));
        Assert.Equal(document, sent.Must(HttpStatusCode.OK).Text);
        await AnswersAsync("team", "acme", "1.0", "ACME-2");
        var unknown = await Server.AskAsync(new(Server.GetUrl("team"), "osv/v1/vulns/ACME-3"));
        Assert.Contains(
            "There is no advisory 'ACME-3' in 'team'.", unknown.Must(HttpStatusCode.NotFound).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_follow_grants()
    {
        await StartAsync(
            Hosted("team", """
                access:
                    usersSecretRef: { name: users }
                    grants:
                    - { to: [ { user: alice } ], role: Reader, projects: [ acme ] }
                    - { to: [ { anyone: {} } ], role: Reader, projects: [ free ] }
                """) + """
                ---
                apiVersion: v1
                kind: Secret
                metadata: { name: users }
                stringData: { username: alice, password: secret }

                """,
            OsvDocument.Write("ACME-1", "acme", "2.0"), OsvDocument.Write("FREE-1", "free", "2.0"),
            OsvDocument.Write("OTHER-1", "other", "2.0"));
        await AnswersAsync("team", "free", "1.0", "FREE-1");
        var batch = $$"""{"queries":[{{Query("free", "1.0")}},{{Query("acme", "1.0")}},{{Query("other", "1.0")}}]}""";
        using var anonymous = await PostAsync("team", "querybatch", batch);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("ACME-1", null));
        // Nobody can count the ids of what only some may read.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("ACME-2", null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("ACME-2", "alice:secret"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("FREE-1", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("ACME-1", "alice:secret"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("OTHER-1", "alice:secret"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("ACME-1", "alice:wrong"));
        using var hers = await PostAsync("team", "querybatch", batch, "alice:secret");
        var results = JsonDocument.Parse(await hers.Content.ReadAsStringAsync()).RootElement.GetProperty("results");
        Assert.Equal([1, 1, 0], results.EnumerateArray().Select(result => Ids(result).Count));
    }

    [Fact]
    public async Task A_group_says_nothing_of_anothers_project_with_the_name_of_one_of_its_own()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await StartGroupAsync(
            upstream, OsvDocument.Write("OURS-1", "later", "2.0"),
            OsvDocument.Write("MAL-1", "acme", "9.0"), OsvDocument.Write("PYSEC-1", "later", "2.0"));
        await AnswersAsync("all", "acme", "1.0", "MAL-1");
        await AnswersAsync("merged", "later", "1.0", "OURS-1", "PYSEC-1");
        await Server.UploadAsync("team", TestWheel.Module("acme", "1.0", "value = 1\n"));
        await Server.UploadAsync("team", TestWheel.Module("later", "1.0", "value = 1\n"));
        await AnswersAsync("all", "acme", "1.0");
        await AnswersAsync("all", "later", "1.0", "OURS-1");
        await AnswersAsync("pypi", "acme", "1.0", "MAL-1");
        (await Server.AskAsync(new(Server.GetUrl("all"), "osv/v1/vulns/OURS-1"))).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_source_there_is_no_such_service_and_before_it_is_read_none_that_answers()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.At("/all.json", Replies.Status(503));
        _server = await PyRepoServer.StartAsync(
            HostedWith("none", null) + "---\n" + HostedWith("late", $"source: \"{upstream.Url}all.json\""));
        using var none = await PostAsync("none", "query", Query("acme", "1.0"));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        using var late = await PostAsync("late", "query", Query("acme", "1.0"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.NotNull(late.Headers.RetryAfter);
    }

    [Fact]
    public async Task Own_advisories_apply_to_a_policy_at_once_and_broken_ones_lift_no_block()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Serve(new ScriptedPage("acme", ScriptedFile.Wheel("acme", "1.0"), ScriptedFile.Wheel("acme", "2.0")));
        string Manifest(params string[] documents) =>
            ProxyManifest.Proxy(
                "pypi", upstream.Index, "policy: { advisories: { ownRef: { name: ours }, action: Block } }")
            + OsvDocument.ConfigMap("ours", documents);
        _server = await PyRepoServer.StartAsync(Manifest(OsvDocument.Write("OURS-1", "acme", "2.0")));
        Assert.Equal(
            ["acme-2.0-py3-none-any.whl"], (await Server.PageAsync("pypi", "acme")).Must(HttpStatusCode.OK).FileNames);
        await File.WriteAllTextAsync(Server.ManifestFile, Manifest(OsvDocument.Write("OURS-1", "acme", "3.0")));
        await Eventually.IsAsync("both are blocked", 0, async () =>
            (await Server.PageAsync("pypi", "acme")).Must(HttpStatusCode.OK).FileNames.Count);
        // One of two documents has a typing error. The last good ones stay in force, and after a restart there are none.
        var broken = OsvDocument.Write("OURS-1", "acme", "3.0").Replace("PyPI", "pypi", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Server.ManifestFile, Manifest(OsvDocument.Write("OURS-2", "other", "1.0"), broken));
        await Server.MustLogAsync("1 are not OSV documents about versions of projects of PyPI");
        Assert.Empty((await Server.PageAsync("pypi", "acme")).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal(0, await Server.StopAsync());
        await Server.StartAgainAsync();
        (await Server.PageAsync("pypi", "acme")).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_document_says_nothing_of_projects_that_the_caller_may_not_read()
    {
        const string another =
            """{ "package": { "ecosystem": "PyPI", "name": "Secret.Project" }, "versions": [ "1.0" ] }""";
        await StartAsync(
            Hosted("team", "access: { grants: [ { to: [ { anyone: {} } ], role: Reader, projects: [ acme ] } ] }"),
            OsvDocument.Write("ACME-1", "acme", "2.0").Replace(
                "\"affected\": [", $"\"affected\": [ {another},", StringComparison.Ordinal));
        foreach (var text in new[]
        {
            (await Server.AskAsync(new(Server.GetUrl("team"), "osv/v1/vulns/ACME-1"))).Must(HttpStatusCode.OK).Text,
            (await QueryAsync("team", Query("acme", "1.0"))).GetRawText(),
        })
        {
            Assert.Contains("\"acme\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Secret", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_document_of_a_group_is_that_of_the_member_whose_advisory_was_found()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await StartGroupAsync(
            upstream, OsvDocument.Write("GHSA-1", "acme", "2.0"), OsvDocument.Write("GHSA-1", "requests", "3.0"));
        var found = (await QueryAsync("all", Query("requests", "1.0"))).GetRawText();
        Assert.Contains("requests runs anything.", found, StringComparison.Ordinal);
    }

    async Task<HttpStatusCode> StatusAsync(string id, string? credentials)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(Server.GetUrl("team"), $"osv/v1/vulns/{id}"));
        Authorize(request, credentials);
        using var answer = await Server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    async Task AnswersAsync(string repository, string project, string? version, params string[] ids)
    {
        Assert.Equal(ids, Ids(await QueryAsync(repository, Query(project, version))));
        Assert.Equal(ids, Ids(Assert.Single(await BatchAsync(repository, Query(project, version)))));
    }

    async Task<JsonElement> QueryAsync(string repository, string query)
    {
        using var answer = await PostAsync(repository, "query", query);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    async Task<IReadOnlyList<JsonElement>> BatchAsync(string repository, params string[] queries)
    {
        using var answer = await PostAsync(
            repository, "querybatch", $$"""{"queries":[{{string.Join(',', queries)}}]}""");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("results").EnumerateArray()];
    }

    async Task<HttpResponseMessage> PostAsync(
        string repository, string operation, string body, string? credentials = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(Server.GetUrl(repository), $"osv/v1/{operation}"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        Authorize(request, credentials);
        return await Server.Http.SendAsync(request);
    }

    static void Authorize(HttpRequestMessage request, string? credentials)
    {
        if (credentials is not null)
            request.Headers.Authorization = TwineForm.Basic(credentials.Split(':')[0], credentials.Split(':')[1]);
    }

    static IReadOnlyList<string> Ids(JsonElement answer) => answer.TryGetProperty("vulns", out var found)
        ? [.. found.EnumerateArray().Select(advisory => advisory.GetProperty("id").GetString()!)]
        : [];

    static string Query(string project, string? version)
    {
        var query = new JsonObject
        {
            ["package"] = new JsonObject { ["name"] = project, ["ecosystem"] = "PyPI" },
        };
        if (version is not null)
            query["version"] = version;
        return query.ToJsonString();
    }

    static string WithToken(string query, string token)
    {
        var next = JsonNode.Parse(query)!.AsObject();
        next["page_token"] = token;
        return next.ToJsonString();
    }

    string Hosted(string name, string more = "storage: { ephemeral: {} }") =>
        HostedWith(name, $"source: \"{Source}\"", more);

    static string HostedWith(string name, string? advisories, string more = "storage: { ephemeral: {} }") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec:
          {{(advisories is null ? "" : $"advisories: {{ {advisories} }}")}}
          {{more}}

        """;

    /// <summary>
    /// Starts groups of a hosted repository with an own advisory, and of a proxy with those of a source. They answer.
    /// </summary>
    async Task StartGroupAsync(ScriptedUpstream upstream, string own, params string[] documents)
    {
        await StartAsync(
            HostedWith("team", "ownRef: { name: ours }") + "---\n"
                + ProxyManifest.Proxy(
                    "pypi", upstream.Index, $"policy: {{ advisories: {{ source: \"{Source}\", action: Report }} }}")
                + "---\n" + ProxyManifest.Group("all", ["PythonRepository/team", "ProxyRepository/pypi"])
                + "---\n" + ProxyManifest.Group("merged", ["RepositoryGroup/all"], "resolution: Merge")
                + OsvDocument.ConfigMap("ours", own),
            documents);
        await Eventually.IsAsync("the source is read", async () =>
        {
            using var answer = await PostAsync("all", "query", Query("acme", "1.0"));
            return answer.IsSuccessStatusCode;
        });
    }

    Task StartAsync(string manifest, params string[] documents) => StartAsync(manifest, documents.AsEnumerable());

    async Task StartAsync(string manifest, IEnumerable<string> documents)
    {
        await File.WriteAllTextAsync(new Uri(Source).LocalPath, $"[{string.Join(',', documents)}]");
        _server = await PyRepoServer.StartAsync(manifest);
        await Eventually.IsAsync("the advisories are read", async () =>
        {
            var metrics = await Server.Http.GetStringAsync(new Uri(Server.Management, "metrics"));
            return metrics.Split('\n').Any(line =>
                line.StartsWith("pyrepo_advisories{", StringComparison.Ordinal)
                && !line.EndsWith(" 0", StringComparison.Ordinal));
        });
    }
}
