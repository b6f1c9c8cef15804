using System.Net;
using EndToEnd.Clients;
using Manifest = EndToEnd.Serving.Manifest;

namespace EndToEnd.Proxying;

/// <summary>
/// An upstream that redirects names that it does not have to another index, as GitLab and pypiserver do: the page there
/// is not this upstream's, and does not get round the policy of the proxy of that index.
/// </summary>
public sealed class ForwardedNamesTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Company = "company";
    const string All = "all";
    const string Times = "cache: { projectTtl: 1s, notFoundTtl: 1s, indexTtl: 1s, staleIfError: 0s }";
    static readonly ScriptedFile _blocked = ScriptedFile.Wheel("evil", "1.0");
    static readonly ScriptedFile _allowed = ScriptedFile.Wheel("requests", "1.0");
    readonly List<PyRepoServer> _servers = [];
    ScriptedUpstream _company = null!;
    ScriptedUpstream _world = null!;

    public async ValueTask InitializeAsync()
    {
        _company = await ScriptedUpstream.StartAsync();
        _world = await ScriptedUpstream.StartAsync();
        _world.Serve(new ScriptedPage("evil", _blocked));
        _world.Serve(new ScriptedPage("requests", _allowed));
        foreach (var name in (string[])["evil", "requests"])
            _company.AtPage(name, Replies.Redirect($"{_world.Index}{name}/"));
        _company.Serve(new ScriptedPage("acme-lib", ScriptedFile.Wheel("acme_lib", "1.0")));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.ShowLog(output);
            await server.DisposeAsync();
        }
        await _company.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("v1beta1")]
    [InlineData("v1alpha1")]
    public async Task What_the_policy_of_the_other_proxy_blocks_does_not_come_through_a_redirect(string version)
    {
        var server = await StartAsync(_company.Index, version: version);
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.OK);
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.OK);
        Assert.Empty((await server.PageAsync(All, "evil")).FileNames);
        Assert.Contains("is blocked by", (await AskForBlockedAsync(server)).Text, StringComparison.Ordinal);
        (await server.PageAsync(Company, "evil")).Must(HttpStatusCode.NotFound);
        Assert.Equal(
            _allowed.Bytes, (await server.FileAsync(All, "requests", _allowed.FileName)).Must(HttpStatusCode.OK).Bytes);
        await server.MustLogAsync("Upstream redirects 'evil' to");
    }

    [ClientFact]
    public async Task Names_that_a_real_pypiserver_does_not_have_come_from_the_next_member_with_its_policy()
    {
        using var peer = await PeerIndex.StartForwardingPypiserverAsync(
            _world.Index, TestWheel.Module("acme_lib", "1.0", "value = 1\n"));
        var server = await StartAsync(peer.Index);
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.OK);
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.OK);
        Assert.Empty((await server.PageAsync(All, "evil")).FileNames);
        (await server.PageAsync(Company, "requests")).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task With_Follow_another_index_shows_its_pages_through_this_one()
    {
        var server = await StartAsync(_company.Index, ", redirects: Follow");
        (await server.PageAsync(Company, "evil")).Must(HttpStatusCode.OK);
        Assert.Equal(
            _blocked.Bytes, (await server.FileAsync(All, "evil", _blocked.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_setting_counts_at_once_and_takes_back_what_was_shown(bool isDown)
    {
        const string times = "cache: { projectTtl: 1h, staleIfError: 1h }";
        var server = await StartAsync(_company.Index, ", redirects: Follow", times: times);
        (await server.PageAsync(All, "evil")).Must(HttpStatusCode.OK);
        if (isDown)
            await _company.StopAsync();
        await File.WriteAllTextAsync(server.ManifestFile, GetManifests(_company.Index, times: times));
        await Eventually.IsAsync("the page of the other index is gone", HttpStatusCode.ServiceUnavailable, async () =>
            (await server.PageAsync(All, "evil")).Status);
        (await AskForBlockedAsync(server)).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task An_upstream_that_has_wholly_moved_is_followed()
    {
        _company.At("/simple/", Replies.Redirect(_world.Index.AbsoluteUri));
        var server = await StartAsync(_company.Index);
        Assert.Equal(
            _blocked.Bytes, (await server.FileAsync(Company, "evil", _blocked.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(1, _company.GetCount("/simple/"));
    }

    [Theory]
    [InlineData("no list")]
    [InlineData("a login form")]
    [InlineData("an error")]
    public async Task A_redirect_of_an_upstream_that_proves_nothing_is_no_absence(string list)
    {
        _company.AtPage("acme-lib", Replies.Redirect($"{_world.Index}acme-lib/"));
        _company.At("/simple/", list switch
        {
            "no list" => Replies.Status(404),
            "an error" => Replies.Status(500),
            _ => Replies.Text("<html><form>login</form></html>", "text/html"),
        });
        var server = await StartAsync(_company.Index);
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, _world.CountOfPage("requests"));
    }

    [Theory]
    [InlineData("/login?next=acme-app")]
    [InlineData("/simple/requests/")]
    [InlineData("own /simple/acme-lib/")]
    [InlineData("own /login")]
    [InlineData("own /simple/")]
    public async Task A_redirect_to_something_else_than_the_project_says_what_to_set(string target)
    {
        var to = target.StartsWith("own ", StringComparison.Ordinal)
            ? new Uri(_company.Url, target[4..]) : new Uri(_world.Url, target);
        _company.AtPage("acme-app", Replies.Redirect(to.AbsoluteUri));
        _company.At("/login", Replies.Text("<html><form>login</form></html>", "text/html"));
        var server = await StartAsync(_company.Index);
        (await server.PageAsync(Company, "acme-lib")).Must(HttpStatusCode.OK);
        var answer = (await server.PageAsync(All, "acme-app")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("that is not its page", answer.Text, StringComparison.Ordinal);
        Assert.Contains("spec.upstream.redirects", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, _world.CountOfPage("acme-app"));
    }

    [Fact]
    public async Task A_project_that_upstream_had_and_now_redirects_is_not_handed_on()
    {
        _company.Serve(new ScriptedPage("requests", ScriptedFile.Wheel("requests", "99.0")));
        var server = await StartAsync(_company.Index);
        foreach (var name in (string[])["acme-lib", "requests"])
            (await server.PageAsync(Company, name)).Must(HttpStatusCode.OK);
        _company.AtPage("requests", Replies.Redirect($"{_world.Index}requests/"));
        await Eventually.IsAsync("it is unavailable", HttpStatusCode.ServiceUnavailable, async () =>
            (await server.PageAsync(All, "requests")).Status);
    }

    [Fact]
    public async Task A_project_on_upstreams_list_is_not_handed_on_whoever_has_its_page()
    {
        _company.At("/simple/", Replies.Text(
            """{ "meta": { "api-version": "1.0" }, "projects": [ { "name": "Requests" } ] }""", Replies.Json));
        var server = await StartAsync(_company.Index);
        var answer = (await server.PageAsync(All, "requests")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("although it lists the project", answer.Text, StringComparison.Ordinal);
        Assert.Empty((await server.PageAsync(All, "evil")).FileNames);
    }

    /// <summary>All of a host is redirected to another one while it is maintained.</summary>
    [Fact]
    public async Task What_upstream_said_a_moment_ago_proves_nothing_about_a_redirect()
    {
        var server = await StartAsync(_company.Index, times: "cache: { notFoundTtl: 1h, indexTtl: 1h }");
        (await server.AskAsync(server.IndexOf(Company), accept: Replies.Json)).Must(HttpStatusCode.OK);
        (await server.PageAsync(Company, "acme-lib")).Must(HttpStatusCode.OK);
        _company.At("/simple/", Replies.Redirect($"{_world.Url}maintenance"));
        _company.AtPage("acme-lib", Replies.Redirect($"{_world.Url}maintenance"));
        _world.At("/maintenance", Replies.Text("<html>Back soon.</html>", "text/html"));
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, _world.CountOfPage("requests"));
    }

    /// <summary>Several indexes share a host, and one of them is a mirror of the world's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_index_of_the_same_host_is_another_index(bool hasMoved)
    {
        if (hasMoved)
        {
            _world.At("/company/simple/", Replies.Text(
                """{ "meta": { "api-version": "1.0" }, "projects": [ { "name": "own" } ] }""", Replies.Json));
            _world.At("/company/simple/own/", new ScriptedPage("own", ScriptedFile.Wheel("own", "1.0")).AsJson());
            _company.At("/simple/", Replies.Redirect($"{_world.Url}company/simple/"));
            _company.AtPage("own", Replies.Redirect($"{_world.Url}company/simple/own/"));
        }
        else
        {
            _company.At("/mirror/simple/evil/", new ScriptedPage("evil", _blocked).AsJson());
            _company.AtPage("evil", Replies.Redirect($"{_company.Url}mirror/simple/evil/"));
            _company.Serve(new ScriptedPage("own", ScriptedFile.Wheel("own", "1.0")));
        }
        var server = await StartAsync(_company.Index);
        (await server.PageAsync(Company, "own")).Must(HttpStatusCode.OK);
        Assert.Empty((await server.PageAsync(All, "evil")).FileNames);
        (await server.PageAsync(Company, "evil")).Must(HttpStatusCode.NotFound);
    }

    static Task<ProxyResponse> AskForBlockedAsync(PyRepoServer server) =>
        server.AskAsync(new Uri(server.GetUrl(All), $"packages/evil/{_blocked.FileName}"));

    async Task<PyRepoServer> StartAsync(
        Uri company, string more = "", string version = "v1beta1", string times = Times)
    {
        var server = await PyRepoServer.StartAsync(
            GetManifests(company, more, times).Replace("v1alpha1", version, StringComparison.Ordinal));
        _servers.Add(server);
        return server;
    }

    string GetManifests(Uri company, string more = "", string times = Times) => Manifest.All(
        ProxyManifest.Proxy(Company, company, times, more),
        ProxyManifest.Proxy("world", _world.Index, $"{Times}, policy: {{ block: [ evil ] }}"),
        ProxyManifest.Group(All, [$"ProxyRepository/{Company}", "ProxyRepository/world"]));
}
