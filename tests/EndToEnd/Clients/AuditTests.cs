using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Proxying;

namespace EndToEnd.Clients;

/// <summary>Auditors that ask the index, and nobody else, for known vulnerabilities.</summary>
public sealed class AuditTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Password = "s3crét";

    readonly ClientHome _home = new();
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        foreach (var project in (string[])["acme", "evil", "good"])
        {
            _upstream.Serve(new ScriptedPage(
                project, new ScriptedFile(TestWheel.Module(project, "1.0", "value = '1.0'\n"))));
        }
        _server = await PyRepoServer.StartAsync(
            Proxy("open", "grants: [ { to: [ { anyone: {} } ], role: Reader } ]") + "---\n"
            + Proxy("closed", "usersSecretRef: { name: users }, grants: [ { to: [ { user: alice } ], role: Reader } ]")
            + $$"""
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData: { username: alice, password: "{{Password}}" }

            """
            + OsvDocument.ConfigMap(
                "ours", OsvDocument.Write("ACME-2026-1", "acme", "2.0"), OsvDocument.Write("MAL-2026-1", "evil", "9")));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        _home.Dispose();
    }

    [ClientFact]
    public async Task Uv_audit_names_own_advisories_and_what_fixes_them()
    {
        var app = await LockAsync("acme", "good");
        (await AuditAsync(app, new Uri(_server.GetUrl("open"), "osv/"))).MustFail()
            .MustSay("ACME-2026-1: acme runs anything.").MustSay("Fixed in: 2.0");
    }

    [ClientFact]
    public async Task Uv_audit_of_what_has_no_advisories_succeeds()
    {
        var app = await LockAsync("good");
        (await AuditAsync(app, new Uri(_server.GetUrl("open"), "osv/"))).MustSucceed();
    }

    [ClientFact]
    public async Task Uv_audit_of_a_private_index_needs_its_credentials()
    {
        var app = await LockAsync("acme");
        var service = new Uri(_server.GetUrl("closed"), "osv/");
        (await AuditAsync(app, service)).MustFail().MustSay("401");
        var withCredentials = new UriBuilder(service) { UserName = "alice", Password = Uri.EscapeDataString(Password) };
        (await AuditAsync(app, withCredentials.Uri)).MustFail().MustSay("ACME-2026-1: acme runs anything.");
    }

    /// <summary>uv checks only what a lock file has from PyPI, so the lock is one that was made there.</summary>
    [ClientFact]
    public async Task A_malicious_release_stops_uv_sync()
    {
        _home.Environment["UV_MALWARE_CHECK"] = "1";
        _home.Environment["UV_MALWARE_CHECK_URL"] = new Uri(_server.GetUrl("open"), "osv/").AbsoluteUri;
        var bad = await LockAsync("evil", "good");
        await ClaimPyPIAsync(bad);
        (await _home.RunInAsync(bad, "uv", "sync", "--no-cache", "--frozen")).MustFail()
            .MustSay("`evil==1.0`: MAL-2026-1").MustSay("aborting sync");
        var vulnerable = await LockAsync("acme");
        await ClaimPyPIAsync(vulnerable);
        (await _home.RunInAsync(vulnerable, "uv", "sync", "--no-cache", "--frozen")).MustSucceed();
    }

    /// <summary>The requests of pip-audit 2.10 with <c>-s osv --osv-url</c>, and what it reads in the answers.</summary>
    [ClientFact]
    public async Task The_requests_of_pip_audit_are_answered_with_what_it_reads()
    {
        var query = new Uri(_server.GetUrl("open"), "osv/v1/query");
        var found = await PostAsync(query, """{"package": {"name": "acme", "ecosystem": "PyPI"}, "version": "1.0"}""");
        var advisory = Assert.Single(found.GetProperty("vulns").EnumerateArray());
        Assert.Equal(
            ("ACME-2026-1", "acme runs anything.", "Nobody should use it.", "2026-01-01T00:00:00Z"),
            (advisory.GetProperty("id").GetString(), advisory.GetProperty("summary").GetString(),
                advisory.GetProperty("details").GetString(), advisory.GetProperty("published").GetString()));
        Assert.False(advisory.TryGetProperty("withdrawn", out _));
        var range = advisory.GetProperty("affected")[0].GetProperty("ranges")[0];
        Assert.Equal("2.0", range.GetProperty("events")[1].GetProperty("fixed").GetString());
        var none = await PostAsync(query, """{"package": {"name": "good", "ecosystem": "PyPI"}, "version": "1.0"}""");
        Assert.Equal("{}", none.GetRawText());
    }

    async Task<JsonElement> PostAsync(Uri url, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "python-requests/2.32.5");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    Task<ProgramResult> AuditAsync(string app, Uri service) => _home.RunInAsync(
        app, "uv", "audit", "--no-cache", "--frozen", "--preview-features", "audit-command", "--service-url",
        service.AbsoluteUri);

    async Task<string> LockAsync(params string[] projects)
    {
        var name = string.Join('-', projects);
        var app = _home.Folder(name);
        _home.Write($"{name}/pyproject.toml", LockableProject.ForUv(_server.IndexOf("open"), projects));
        _home.Environment.Remove("UV_NO_CONFIG");
        (await _home.RunInAsync(app, "uv", "lock", "--no-cache")).MustSucceed();
        return app;
    }

    async Task ClaimPyPIAsync(string app)
    {
        var file = Path.Combine(app, "uv.lock");
        var text = await File.ReadAllTextAsync(file);
        var index = $"registry = \"{_server.IndexOf("open")}\"";
        Assert.Contains(index, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            file, text.Replace(index, "registry = \"https://pypi.org/simple\"", StringComparison.Ordinal));
    }

    string Proxy(string name, string access) => ProxyManifest.Proxy(
        name, _upstream.Index,
        $"policy: {{ advisories: {{ ownRef: {{ name: ours }}, action: Report }} }}, access: {{ {access} }}");
}
