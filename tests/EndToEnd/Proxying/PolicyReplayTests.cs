using System.Globalization;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary><c>pyrepo policy replay</c>, before and after the policy is enforced.</summary>
public sealed class PolicyReplayTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";

    static readonly ScriptedFile _old = new(TestWheel.Module("demo", "1.0", "value = '1.0'\n"));

    static readonly ScriptedFile _young = new ScriptedFile(TestWheel.Module("demo", "2.0", "value = '2.0'\n")) with
    {
        UploadTime = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };

    readonly TemporaryFolder _folder = new();
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage("demo", _old, _young));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy(Proxy, _upstream.Index), ProxyManifest.Group("all", [$"ProxyRepository/{Proxy}"])));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task What_replay_names_instead_is_what_a_client_installs_once_the_policy_is_enforced(string client)
    {
        Assert.Equal("2.0", await InstallAsync(client, "all"));
        var candidate = ProxyManifest.Proxy(Proxy, _upstream.Index, "policy: { minimumAge: 7d }");
        var said = (await ReplayAsync(candidate)).MustSucceed();
        var row = said.Output.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // uv may read the metadata from the wheel first, which counts as well.
        Assert.Equal(["demo", "2.0", row[2], "minimumAge", "7d,", "until"], row[..6]);
        Assert.Equal("1.0", row[^1]);
        said.MustSay($" {row[2]} of {row[2]} download").MustSay("would have been refused, of 1 release.");

        await File.WriteAllTextAsync(_server.ManifestFile, candidate);
        await Eventually.IsAsync("the policy is in force", async () =>
            (await _server.PageAsync(Proxy, "demo")).FileNames is ["demo-1.0-py3-none-any.whl"]);
        Assert.Equal("1.0", await InstallAsync(client, Proxy));
        (await ReplayAsync(candidate)).MustSucceed()
            .MustSay("demo 2.0").MustSay("(hidden already)").MustNotSay("demo 1.0");
    }

    [Fact]
    public async Task The_ConfigMap_of_the_candidate_is_replayed_and_its_missing_Secret_does_not_matter()
    {
        await DownloadAsync();
        var candidate = ProxyManifest.Proxy(
            Proxy, _upstream.Index, "policy: { constraintsRef: { kind: ConfigMap, name: set, key: constraints.txt } }",
            ", credentialsSecretRef: { name: elsewhere }");
        (await ReplayAsync(candidate)).MustFail().MustSay("The constraints file is missing: ConfigMap 'set'");
        (await ReplayAsync(Manifest.All(candidate, """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: set }
            data: { constraints.txt: "demo<2" }

            """))).MustSucceed().MustSay("demo 2.0").MustSay("constraintsRef demo<2");
    }

    [Fact]
    public async Task Advisories_that_the_proxy_has_not_read_are_said_not_to_count()
    {
        await DownloadAsync();
        var said = await ReplayAsync(ProxyManifest.Proxy(
            Proxy, _upstream.Index,
            "policy: { block: [ demo ], advisories: { source: \"https://osv.example.com/all.zip\", action: Block } }"));
        said.MustSucceed().MustSay("nothing").MustSay("The rule 'advisories' was not replayed");
    }

    [Fact]
    public async Task A_proxy_with_users_replays_only_for_Maintainers()
    {
        const string access = "policy: { block: [ demo ] }, access: { usersSecretRef: { name: people }, grants: [ "
            + "{ to: [ { anyone: {} } ], role: Reader }, { to: [ { user: alice } ], role: Maintainer } ] }";
        var candidate = ProxyManifest.Proxy(Proxy, _upstream.Index, access);
        await using var server = await PyRepoServer.StartAsync(
            Manifest.All(candidate, Manifest.AliceAndBob("people")));
        (await ReplayAsync(candidate, server: server)).MustFail();
        (await ReplayAsync(candidate, server: server, user: "alice", password: "wrong")).MustFail()
            .MustSay("The user or the password is wrong");
        (await ReplayAsync(candidate, server: server, user: "bob", password: "battery-staple")).MustFail();
        (await ReplayAsync(candidate, server: server, user: "alice", password: "correct-horse")).MustSucceed()
            .MustSay("0 of 0 downloads would have been refused");
    }

    [Fact]
    public async Task A_group_a_manifest_without_a_proxy_and_a_time_that_is_too_long_are_rejected()
    {
        var candidate = ProxyManifest.Proxy(Proxy, _upstream.Index, "policy: { block: [ demo ] }");
        (await ReplayAsync(candidate, "all")).MustFail().MustSay("'all' is not a ProxyRepository of this server");
        (await ReplayAsync(Manifest.Create("team"))).MustFail().MustSay("-f must name one ProxyRepository");
        (await ReplayAsync(candidate, since: "1000d")).MustFail().MustSay("since=1000d is not less than");
    }

    async Task DownloadAsync()
    {
        (await _server.FileAsync(Proxy, "demo", _young.FileName)).Must(System.Net.HttpStatusCode.OK);
        (await _server.FileAsync(Proxy, "demo", _old.FileName)).Must(System.Net.HttpStatusCode.OK);
    }

    async Task<string> InstallAsync(string client, string repository)
    {
        using var installation = new FreshInstallation(client, _server.IndexOf(repository), "demo");
        return await installation.PrintAsync("import demo; print(demo.value)");
    }

    Task<ProgramResult> ReplayAsync(
        string candidate, string repository = Proxy, string since = "30d", PyRepoServer? server = null,
        string? user = null, string password = "") =>
        new ProgramRun(
            PyRepoProgram.Path,
            [
                "policy", "replay", "-f", _folder.Write("candidate.yaml", candidate), "--since", since,
                "--url", $"{(server ?? _server).GetUrl(repository)}", .. user is null ? (string[])[] : ["--user", user],
            ])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = password },
        }.RunAsync();
}
