using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>A proxy that only some may read asks its upstream for nobody else, alone or in a group.</summary>
public sealed class PrivateProxyTests(PrivateProxyTests.Repositories repositories)
    : IClassFixture<PrivateProxyTests.Repositories>
{
    const string OnlyAlice =
        "access: { usersSecretRef: { name: people }, grants: [ { to: [ { user: alice } ], role: Maintainer } ] }";
    static readonly AuthenticationHeaderValue _alice = TwineForm.Basic("alice", "correct-horse");
    static readonly AuthenticationHeaderValue _bob = TwineForm.Basic("bob", "battery-staple");
    static readonly AuthenticationHeaderValue _wrong = TwineForm.Basic("alice", "wrong");
    static readonly ScriptedFile _file = ScriptedFile.Wheel("upstreams", "1.0");
    static readonly TestWheel _teams = TestWheel.Create("teams", "1.0");
    static readonly TestWheel _shared = TestWheel.Create("shared", "1.0");
    readonly PyRepoServer _server = repositories.Server;
    readonly ScriptedUpstream _upstream = repositories.Upstream;

    [Theory]
    [InlineData("closed")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("merged")]
    [InlineData("nested")]
    public async Task An_anonymous_caller_causes_no_upstream_request(string repository)
    {
        var before = _upstream.Seen.Count;
        // Nobody has asked for this before, so nothing of it is cached.
        var file = ScriptedFile.Wheel($"unseen-by-{repository}", "1.0");
        foreach (var path in PathsWithAlias($"unseen-by-{repository}", file))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                var url = new Uri(_server.GetUrl(repository), path);
                (await _server.AskAsync(url, method: method)).Must(HttpStatusCode.Unauthorized);
                (await _server.AskAsync(url, _wrong, method: method)).Must(HttpStatusCode.Unauthorized);
                (await _server.AskAsync(url, _bob, method: method)).Must(HttpStatusCode.Forbidden);
            }
        }
        foreach (var caller in (AuthenticationHeaderValue?[])[null, _bob])
            await _server.AskAsync(_server.IndexOf(repository), caller);
        Assert.Equal(before, _upstream.Seen.Count);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("merged")]
    [InlineData("nested")]
    public async Task Authorized_callers_get_everything_and_shared_caches_store_nothing(string repository)
    {
        foreach (var path in PathsWithAlias("upstreams", _file))
        {
            var answer = await _server.AskAsync(new Uri(_server.GetUrl(repository), path), _alice);
            // The upstream has no metadata file.
            if (path.EndsWith(".metadata", StringComparison.Ordinal))
                continue;
            answer.Must(HttpStatusCode.OK);
            Assert.Contains("private", answer["Cache-Control"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("last", HttpStatusCode.OK)]
    [InlineData("nested", HttpStatusCode.Unauthorized)]
    [InlineData("first", HttpStatusCode.Unauthorized)]
    [InlineData("merged", HttpStatusCode.Unauthorized)]
    public async Task A_member_that_an_anonymous_caller_may_not_read_is_not_skipped(string group, HttpStatusCode status)
    {
        var before = _upstream.Seen.Count;
        foreach (var path in Paths("teams", _teams.FileName, _teams.Sha256))
        {
            var answer = (await _server.AskAsync(new Uri(_server.GetUrl(group), path))).Must(status);
            if (status is HttpStatusCode.OK)
                Assert.Contains("public", answer["Cache-Control"], StringComparison.Ordinal);
        }
        Assert.Equal(before, _upstream.Seen.Count);
        var page = (await _server.PageAsync(group, "teams", _alice)).Must(HttpStatusCode.OK);
        Assert.Equal([_teams.FileName], page.FileNames);
        Assert.Contains(
            status is HttpStatusCode.OK ? "public" : "private", page["Cache-Control"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("last", new[] { "ours-x", "shared", "teams" })]
    [InlineData("first", new[] { "ours-x" })]
    [InlineData("nested", new string[0])]
    [InlineData("merged", new string[0])]
    public async Task A_list_shows_only_what_the_caller_can_get(string group, string[] names)
    {
        var list = (await _server.AskAsync(_server.IndexOf(group), accept: Replies.Json)).Must(HttpStatusCode.OK);
        Assert.Equal(
            names, list.Json.GetProperty("projects").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        foreach (var name in names)
            (await _server.PageAsync(group, name)).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Under_Merge_an_anonymous_request_for_a_private_name_never_reaches_a_public_upstream()
    {
        var before = _upstream.Seen.Count;
        (await _server.PageAsync("behind-vault", "shared")).Must(HttpStatusCode.Unauthorized);
        (await _server.PageAsync("behind-vault", "shared", _bob)).Must(HttpStatusCode.Forbidden);
        Assert.Equal(before, _upstream.Seen.Count);
        Assert.Equal(2, (await _server.PageAsync("behind-vault", "shared", _alice)).FileNames.Count);
    }

    [Fact]
    public async Task A_group_that_refuses_the_name_asks_no_member()
    {
        var before = _upstream.Seen.Count;
        (await _server.PageAsync("guarded", "upstreams")).Must(HttpStatusCode.Unauthorized);
        (await _server.PageAsync("guarded", "upstreams", _bob)).Must(HttpStatusCode.Forbidden);
        Assert.Equal(before, _upstream.Seen.Count);
        (await _server.PageAsync("guarded", "upstreams", _alice)).Must(HttpStatusCode.OK);
    }

    IEnumerable<string> PathsWithAlias(string project, ScriptedFile file)
    {
        var alias = $"files/{_upstream.Url.Authority}/files/{file.FileName}";
        return [.. Paths(project, file.FileName, ScriptedFile.GetSha256(file.Bytes)), alias, $"{alias}.metadata"];
    }

    static IEnumerable<string> Paths(string project, string fileName, string sha256) =>
    [
        $"simple/{project}/",
        $"+simple/{project}/",
        $"packages/{project}/{sha256[..16]}/{fileName}",
        $"packages/{project}/{sha256[..16]}/{fileName}.metadata",
        $"packages/{project}/{fileName}",
        $"packages/{project}/{fileName}.metadata",
        $"pypi/{project}/json",
        $"pypi/{project}/1.0/json",
    ];

    /// <summary>A public repository, a private one, a private and a public proxy, and groups of them.</summary>
    public sealed class Repositories : IAsyncLifetime
    {
        PyRepoServer? _server;
        ScriptedUpstream? _upstream;

        /// <summary>The server.</summary>
        public PyRepoServer Server => _server!;

        /// <summary>The upstream of both proxies.</summary>
        public ScriptedUpstream Upstream => _upstream!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            const string team = "PythonRepository/team", closed = "ProxyRepository/closed";
            _upstream = await ScriptedUpstream.StartAsync();
            Upstream.Serve(new ScriptedPage("upstreams", _file));
            Upstream.Serve(new ScriptedPage("shared", ScriptedFile.Wheel("shared", "9.0")));
            Upstream.At("/simple/", Replies.Text(
                """{ "meta": { "api-version": "1.0" }, "projects": [ { "name": "upstreams" } ] }""", Replies.Json));
            _server = await PyRepoServer.StartAsync(Manifest.All(
                Manifest.AliceAndBob("people"),
                Manifest.Create("team"), Manifest.Create("vault", $"{{ {OnlyAlice} }}"),
                ProxyManifest.Proxy("closed", Upstream.Index, OnlyAlice),
                ProxyManifest.Proxy("open", Upstream.Index),
                ProxyManifest.Group("first", [closed, team], "reserved: [ \"ours-*\" ]"),
                ProxyManifest.Group("last", [team, closed]),
                ProxyManifest.Group("merged", [team, closed], "resolution: Merge"),
                ProxyManifest.Group("inner", [closed]),
                ProxyManifest.Group("nested", ["RepositoryGroup/inner", team]),
                ProxyManifest.Group("guarded", ["ProxyRepository/open"], OnlyAlice),
                ProxyManifest.Group(
                    "behind-vault", ["PythonRepository/vault", "ProxyRepository/open"], "resolution: Merge")));
            await Server.UploadAsync("team", _teams);
            await Server.UploadAsync("team", _shared);
            await Server.UploadAsync("team", TestWheel.Create("ours-x", "1.0"));
            Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync("vault", _shared, _alice));
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            if (_upstream is not null)
                await _upstream.DisposeAsync();
        }
    }
}
