using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// A proxy notices when the publisher of a project changes, and may demand one. Its upstream is a repository whose
/// Sigstore is the tests' own.
/// </summary>
[Trait("Calendar", "later")]
public sealed class ProvenancePolicyTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Version = "from importlib.metadata import version; print(version('lib'))";

    const string Demand =
        "require: [ { projects: [ lib ], publishers: [ { kind: GitHub, repository: acme/lib } ] } ]";

    const string Finding =
        "is attested by GitHub evil/lib release.yml, but earlier files are attested by GitHub acme/lib";

    static readonly TestWheel _plain = TestWheel.Create("lib", "0.9"), _first = TestWheel.Create("lib", "1.0"),
        _hijacked = TestWheel.Create("lib", "2.0"), _bare = TestWheel.Create("lib", "2.1");

    AttestedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await AttestedUpstream.StartAsync();
        await _upstream.UploadAsync(_plain, null);
        await _upstream.UploadAsync(_first, "acme/lib");
        await _upstream.UploadAsync(_hijacked, "evil/lib");
        await _upstream.UploadAsync(_bare, null);
        _server = await PyRepoServer.StartAsync(Describe());
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("plain", "0.9 1.0 2.0 2.1")]
    [InlineData("report", "0.9 1.0 2.0 2.1")]
    [InlineData("hold", "0.9 1.0")]
    [InlineData("hide", "0.9 1.0")]
    [InlineData("free", "0.9 1.0 2.0 2.1")]
    [InlineData("demanding", "1.0")]
    public async Task A_page_shows_what_the_policy_lets_through(string proxy, string versions)
    {
        var page = await ProjectPage.ReadAsync(_server, proxy, "lib");
        Assert.Equal(versions, string.Join(' ', page!.Files.Select(file => file.FileName.Split('-')[1])));
    }

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task A_client_installs_the_newest_release_of_the_first_publisher(string client)
    {
        // A busy machine takes longer to verify all attestations than a page waits for them.
        await Eventually.IsAsync("the first publisher is known", 2, async () =>
            (await ProjectPage.ReadAsync(_server, "hold", "lib"))!.Files.Count);
        using var held = new FreshInstallation(client, _server.IndexOf("hold"), "lib");
        Assert.Equal("1.0", (await held.PrintAsync(Version)).Trim());
        using var reported = new FreshInstallation(client, _server.IndexOf("report"), "lib");
        Assert.Equal("2.1", (await reported.PrintAsync(Version)).Trim());
    }

    [Fact]
    public async Task A_held_file_cannot_be_downloaded_and_why_names_both_publishers()
    {
        var url = (await _server.PageAsync("plain", "lib")).GetUrl(_hijacked.FileName);
        var refused = await _server.AskAsync(
            new Uri(url.AbsoluteUri.Replace("/plain/", "/hold/", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Contains(Finding, refused.Text, StringComparison.Ordinal);

        var file = await ExplainAsync("hold", "2.0");
        var rule = Assert.Single(file["rules"]!.AsArray())!;
        Assert.Equal(("provenance", "holdFor 7d", Finding),
            ((string)rule["rule"]!, (string)rule["entry"]!, (string)rule["reason"]!));
        Assert.Equal(TimeSpan.FromDays(7), (DateTimeOffset)rule["until"]! - (DateTimeOffset)rule["since"]!);
        var provenance = file["provenance"]!;
        Assert.Equal("verified", (string)provenance["verdict"]!);
        Assert.Equal("GitHub acme/lib", (string)Assert.Single(provenance["established"]!.AsArray())!);
        var attestation = Assert.Single(provenance["attestations"]!.AsArray())!;
        Assert.Equal(("GitHub evil/lib release.yml", "https://github.com/evil/lib", "rekor.test"),
            ((string)attestation["publisher"]!, (string)attestation["repository"]!, (string)attestation["log"]!));
    }

    [Theory]
    [InlineData("2.1", "has no attestation, but earlier files are attested by GitHub acme/lib")]
    [InlineData("2.0", Finding)]
    public async Task What_is_only_reported_is_visible_and_why_says_it(string version, string finding)
    {
        // Nothing waits for what is only reported.
        await Eventually.IsAsync(
            "it is reported", finding,
            async () => (string?)(await ExplainAsync("report", version))["reported"]?[0]!["reason"]);
        Assert.True((bool)(await ExplainAsync("report", version))["visible"]!);
        await _server.MustLogAsync($"Provenance: 'lib-{version}-py3-none-any.whl' {finding}.");
    }

    [Theory]
    [InlineData("0.9", "must have an attestation by GitHub acme/lib, and has none")]
    [InlineData("2.0", "is attested by GitHub evil/lib release.yml, but must be by GitHub acme/lib (Publisher)")]
    public async Task What_is_demanded_counts_for_files_of_any_age(string version, string reason)
    {
        var rule = Assert.Single((await ExplainAsync("demanding", version))["rules"]!.AsArray())!;
        Assert.Equal((reason, null), ((string)rule["reason"]!, (string?)rule["until"]));
    }

    [Fact]
    public async Task Status_and_metrics_say_what_is_held_and_what_was_verified()
    {
        await ProjectPage.ReadAsync(_server, "hold", "lib");
        // The index of a date says nothing of what is held now.
        await _server.Http.GetStringAsync(new Uri(_server.GetUrl("hold"), "@2025-01-01/simple/lib/"));
        JsonNode? held = null;
        await Eventually.IsAsync(
            "the server has looked what it holds", async () => (held = await ReadHeldAsync()) is not null);
        Assert.Equal(2, (int)held!["count"]!);
        Assert.StartsWith(
            $"'{_bare.FileName}' has no attestation, but", (string)held["first"]![0]!, StringComparison.Ordinal);
        var metrics = await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics"));
        Assert.Contains(
            "pyrepo_provenance_total{repository=\"hold\",verdict=\"verified\"} 2", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("pyrepo_provenance_total{repository=\"plain\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_lets_a_held_file_through_while_the_server_runs()
    {
        Assert.Null((await ProjectPage.ReadAsync(_server, "hold", "lib"))!.Find(_hijacked.FileName));
        await File.WriteAllTextAsync(_server.ManifestFile, Describe(
            hold: ", waivers: [ { match: lib==2.0, rules: [ Provenance ], reason: evil is us, by: alice, "
                + "until: \"2099-01-01T00:00:00Z\" } ]"));
        await Eventually.IsAsync("the waived file is visible", async () =>
            (await ProjectPage.ReadAsync(_server, "hold", "lib"))!.Find(_hijacked.FileName) is not null);
        Assert.Null((await ProjectPage.ReadAsync(_server, "hold", "lib"))!.Find(_bare.FileName));
    }

    [Fact]
    public async Task A_policy_that_begins_to_hold_is_heeded_at_once_while_the_server_runs()
    {
        Assert.Equal(4, (await ProjectPage.ReadAsync(_server, "plain", "lib"))!.Files.Count);
        await File.WriteAllTextAsync(
            _server.ManifestFile, Describe(plain: $"policy: {{ {Provenance("action: Hold")} }}"));
        await Eventually.IsAsync("later files are held", 2, async () =>
            (await ProjectPage.ReadAsync(_server, "plain", "lib"))!.Files.Count);
    }

    [Fact]
    public async Task Who_attested_the_first_file_is_remembered_over_a_restart_without_asking_again()
    {
        await ProjectPage.ReadAsync(_server, "hold", "lib");
        await _server.StopAsync();
        await _server.StartAgainAsync();
        await Eventually.IsAsync(
            "what is held is found again before anybody asks", 2,
            async () => (int?)(await ReadHeldAsync())?["count"]);
        Assert.Equal(2, (await ProjectPage.ReadAsync(_server, "hold", "lib"))!.Files.Count);
        var metrics = await _server.Http.GetStringAsync(new Uri(_server.Management, "metrics"));
        Assert.Contains(
            "pyrepo_provenance_total{repository=\"hold\",verdict=\"verified\"} 0", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_explains_a_file_that_its_member_holds()
    {
        var rule = Assert.Single((await ExplainAsync("all", "2.0"))["rules"]!.AsArray())!;
        Assert.Equal(Finding, (string)rule["reason"]!);
        Assert.Equal(2, (await ProjectPage.ReadAsync(_server, "all", "lib"))!.Files.Count);
    }

    static string Provenance(string fields) => $"provenance: {{ trustedRootRef: {{ name: root }}, {fields} }}";

    string Describe(string hold = "", string plain = "mode: OnDemand") => Manifest.All(
        ProxyManifest.Proxy("plain", _upstream.Index, plain),
        ProxyManifest.Proxy("report", _upstream.Index, $"policy: {{ {Provenance("action: Report")} }}"),
        ProxyManifest.Proxy("hold", _upstream.Index, $"policy: {{ {Provenance("action: Hold")} {hold} }}"),
        ProxyManifest.Proxy("hide", _upstream.Index, $"policy: {{ {Provenance("action: Hide")} }}"),
        ProxyManifest.Proxy("free", _upstream.Index, $"policy: {{ {Provenance("action: Hold, ratchet: false")} }}"),
        ProxyManifest.Proxy("demanding", _upstream.Index, $"policy: {{ {Provenance($"action: Hide, {Demand}")} }}"),
        ProxyManifest.Group("all", ["ProxyRepository/hold"]),
        _upstream.TrustedRoot);

    /// <summary>Null until the server has looked.</summary>
    async Task<JsonNode?> ReadHeldAsync()
    {
        var status = JsonNode.Parse(await _server.Http.GetStringAsync(new Uri(_server.Management, "status")))!;
        return status["repositories"]!.AsArray().Single(each => (string)each!["name"]! == "hold")!["held"];
    }

    async Task<JsonNode> ExplainAsync(string repository, string version)
    {
        var why = JsonNode.Parse(await _server.Http.GetStringAsync(
            new Uri(_server.GetUrl(repository), $"api/v1/why/lib/{version}")))!;
        return Assert.Single(why["files"]!.AsArray())!;
    }
}
