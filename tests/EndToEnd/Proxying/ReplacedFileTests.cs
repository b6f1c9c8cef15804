using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>An upstream replaces the bytes and the hash of a file that proxies have served.</summary>
public sealed class ReplacedFileTests(ITestOutputHelper output) : IAsyncLifetime
{
    static readonly ScriptedFile _first = ScriptedFile.Wheel("demo", "1.0");
    static readonly ScriptedFile _replaced = ScriptedFile.Wheel("demo", "1.0", seed: 1);
    static readonly ScriptedFile _second = ScriptedFile.Wheel("demo", "2.0");

    static readonly string[] _all = ["plain", "lax", "report", "hold"];

    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.AnswersTails = true;
        Serve(_first);
        _server = await PyRepoServer.StartAsync(Describe());
        foreach (var proxy in _all)
            Assert.Equal([_first.FileName], (await _server.PageAsync(proxy, "demo")).FileNames);
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_replaced_file_is_held_reported_and_logged_also_after_a_restart()
    {
        Assert.Equal(0, await _server.StopAsync());
        Serve(_replaced, _second);
        await _server.StartAgainAsync();

        Assert.Equal([_second.FileName], (await PageOfTwoAsync("hold")).FileNames);
        var url = (await PageOfTwoAsync("plain")).GetUrl(_replaced.FileName);
        var held = new Uri(url.AbsoluteUri.Replace("/plain/", "/hold/", StringComparison.Ordinal));
        var refused = (await _server.AskAsync(held)).Must(HttpStatusCode.NotFound);
        Assert.Contains($"and had sha256={_first.Hashes["sha256"]}", refused.Text, StringComparison.Ordinal);
        var rule = Find((await ExplainAsync("hold"))["rules"]!);
        Assert.Equal("guard", (string)rule["rule"]!);
        Assert.Equal(TimeSpan.FromDays(7), (DateTimeOffset)rule["until"]! - (DateTimeOffset)rule["since"]!);

        foreach (var proxy in (string[])["plain", "lax", "report"])
        {
            Assert.Equal(2, (await PageOfTwoAsync(proxy)).FileNames.Count);
            Find((await ExplainAsync(proxy))["reported"]!);
        }
        await _server.MustLogAsync(
            $"Upstream replaced files of 'demo' under their names (1), as their hashes say: '{_first.FileName}'");
        await _server.MustLogAsync($"Guard ChangedBytes: '{_first.FileName}' has the hash");
        var metrics = await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics"));
        foreach (var proxy in _all)
        {
            Assert.Contains(
                $"pyrepo_replaced_files_total{{repository=\"{proxy}\"}} 1", metrics, StringComparison.Ordinal);
        }
        Assert.Contains(
            "pyrepo_guard_findings_total{repository=\"hold\",rule=\"ChangedBytes\"} 1", metrics,
            StringComparison.Ordinal);

        // It is not held a second time, or for longer, by another start.
        Assert.Equal(0, await _server.StopAsync());
        await _server.StartAgainAsync();
        Assert.Equal([_second.FileName], (await PageOfTwoAsync("hold")).FileNames);
        Assert.Equal((string)rule["until"]!, (string)Find((await ExplainAsync("hold"))["rules"]!)["until"]!);
    }

    [Fact]
    public async Task The_same_file_and_a_new_one_are_served_and_nobody_is_told_anything()
    {
        Assert.Equal(0, await _server.StopAsync());
        Serve(_first, _second);
        await _server.StartAgainAsync();
        foreach (var proxy in _all)
        {
            Assert.Equal([_first.FileName, _second.FileName], (await PageOfTwoAsync(proxy)).FileNames);
            Assert.Null((await ExplainAsync(proxy))["reported"]);
        }
        var metrics = await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics"));
        Assert.Contains("pyrepo_replaced_files_total{repository=\"hold\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains(
            "pyrepo_guard_findings_total{repository=\"hold\",rule=\"ChangedBytes\"} 0", metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_releases_a_replaced_file()
    {
        Serve(_replaced, _second);
        Assert.Equal([_second.FileName], (await PageOfTwoAsync("hold")).FileNames);
        await File.WriteAllTextAsync(_server.ManifestFile, Describe(
            ", waivers: [ { match: demo==1.0, rules: [ Guard ], reason: upstream built it again, by: alice, "
            + "until: \"2099-01-01T00:00:00Z\" } ]"));
        await Eventually.IsAsync("the waived file is visible", 2, async () =>
            (await _server.PageAsync("hold", "demo")).FileNames.Count);
        var page = await _server.PageAsync("hold", "demo");
        (await _server.AskAsync(page.GetUrl(_replaced.FileName))).Must(HttpStatusCode.OK);
    }

    void Serve(params ScriptedFile[] files)
    {
        _upstream.Serve(new ScriptedPage("demo", files));
        foreach (var file in files)
            _upstream.AtFile(file.FileName, AttackWheel.AnswerRanges(file.Bytes));
    }

    /// <summary>Returns the page of a proxy once it is the one with the second release.</summary>
    async Task<ProxyResponse> PageOfTwoAsync(string proxy)
    {
        await Eventually.IsAsync("the page was read again", async () =>
            (await _server.PageAsync(proxy, "demo")).FileNames.Contains(_second.FileName));
        return await _server.PageAsync(proxy, "demo");
    }

    string Describe(string hold = "") => Manifest.All(
        ProxyManifest.Proxy("plain", _upstream.Index, "cache: { projectTtl: 1s }"),
        ProxyManifest.Proxy("lax", _upstream.Index, "cache: { projectTtl: 1s }, policy: { block: [ other ] }"),
        ProxyManifest.Proxy(
            "report", _upstream.Index, "cache: { projectTtl: 1s }, policy: { guard: { action: Report } }"),
        ProxyManifest.Proxy(
            "hold", _upstream.Index, $"cache: {{ projectTtl: 1s }}, policy: {{ guard: {{ action: Hold }} {hold} }}"));

    static JsonNode Find(JsonNode verdicts) =>
        verdicts.AsArray().Single(each => (string)each!["entry"]! == "ChangedBytes")!;

    async Task<JsonNode> ExplainAsync(string repository)
    {
        var why = JsonNode.Parse(await _server.Http.GetStringAsync(
            new Uri(_server.GetUrl(repository), "api/v1/why/demo/1.0")))!;
        return why["files"]!.AsArray().Single(each => (string)each!["file"]! == _first.FileName)!;
    }
}
