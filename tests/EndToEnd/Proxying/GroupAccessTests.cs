using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Who may do what in a group: the group and each member that answers must allow it.</summary>
public sealed class GroupAccessTests(GroupAccessTests.Repositories repositories)
    : IClassFixture<GroupAccessTests.Repositories>
{
    const string Carol = "carol";
    static readonly AuthenticationHeaderValue _alice = TwineForm.Basic("alice", "correct-horse");
    static readonly AuthenticationHeaderValue _bob = TwineForm.Basic("bob", "battery-staple");
    static readonly AuthenticationHeaderValue _carol = TwineForm.Basic(Carol, "of the group");
    static readonly AuthenticationHeaderValue _otherAlice = TwineForm.Basic("alice", "another alice");
    static readonly TestWheel _secret = TestWheel.Create("secret", "1.0");
    static readonly TestWheel _open = TestWheel.Create("open", "1.0");
    readonly PyRepoServer _server = repositories.Server;

    [Fact]
    public async Task Without_access_rules_of_its_own_a_group_leaves_access_to_its_members()
    {
        (await _server.PageAsync("left-out", "secret")).Must(HttpStatusCode.Unauthorized);
        (await _server.PageAsync("left-out", "secret", _bob)).Must(HttpStatusCode.Forbidden);
        (await _server.PageAsync("left-out", "bobs", _bob)).Must(HttpStatusCode.OK);
        var page = (await _server.PageAsync("left-out", "secret", _alice)).Must(HttpStatusCode.OK);
        Assert.Equal([_secret.FileName], page.FileNames);
        (await _server.AskAsync(page.GetUrl(_secret.FileName))).Must(HttpStatusCode.Unauthorized);
        Assert.Equal(_secret.Bytes, (await _server.AskAsync(page.GetUrl(_secret.FileName), _alice)).Bytes);
        (await _server.PageAsync("left-out", "open")).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task With_access_rules_of_its_own_a_group_must_allow_access_too()
    {
        (await _server.PageAsync("own", "open")).Must(HttpStatusCode.Unauthorized);
        (await _server.PageAsync("own", "open", _carol)).Must(HttpStatusCode.OK);
        (await _server.PageAsync("own", "open", _alice)).Must(HttpStatusCode.Forbidden);
        (await _server.PageAsync("own", "secret", _carol)).Must(HttpStatusCode.Forbidden);
        (await _server.PageAsync("own", "secret", _alice)).Must(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_user_of_the_same_name_in_the_Secret_of_another_member_is_a_different_user()
    {
        (await _server.PageAsync("wide", "secret", _otherAlice)).Must(HttpStatusCode.Forbidden);
        (await _server.PageAsync("wide", "secret", _alice)).Must(HttpStatusCode.OK);
        (await _server.PageAsync("left-out", "secret", _otherAlice)).Must(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("left-out", "open", HttpStatusCode.OK)]
    [InlineData("merged", "open", HttpStatusCode.OK)]
    [InlineData("own", "open", HttpStatusCode.Unauthorized)]
    [InlineData("left-out", "secret", HttpStatusCode.Unauthorized)]
    [InlineData("merged", "secret", HttpStatusCode.Unauthorized)]
    public async Task A_wrong_password_is_rejected_where_content_is_private(
        string group, string project, HttpStatusCode status)
    {
        var wrong = TwineForm.Basic("alice", "wrong");
        (await _server.PageAsync(group, project, wrong)).Must(status);
        var wheel = project == "open" ? _open : _secret;
        var file = new Uri(_server.GetUrl(group), $"packages/{project}/{wheel.FileName}");
        (await _server.AskAsync(file, wrong)).Must(status);
        // The list shows more to those who may read more.
        (await _server.AskAsync(_server.IndexOf(group), wrong)).Must(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Under_Merge_every_member_that_contributes_must_allow_it()
    {
        (await _server.PageAsync("merged", "secret")).Must(HttpStatusCode.Unauthorized);
        (await _server.PageAsync("merged", "secret", _bob)).Must(HttpStatusCode.Forbidden);
        Assert.Equal(2, (await _server.PageAsync("merged", "secret", _alice)).Must(HttpStatusCode.OK).FileNames.Count);
        var file = new Uri(_server.GetUrl("merged"), "packages/secret/secret-2.0-py3-none-any.whl");
        (await _server.AskAsync(file)).Must(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("left-out", null, new[] { "open" })]
    [InlineData("left-out", "bob", new[] { "bobs", "open" })]
    [InlineData("left-out", "alice", new[] { "bobs", "open", "secret" })]
    [InlineData("own", "carol", new[] { "open" })]
    [InlineData("merged", null, new[] { "open" })]
    [InlineData("merged", "alice", new[] { "bobs", "open", "secret" })]
    public async Task Lists_leave_out_what_the_caller_may_not_read(string group, string? caller, string[] names)
    {
        var who = caller switch { "alice" => _alice, "bob" => _bob, Carol => _carol, _ => null };
        var list = (await _server.AskAsync(_server.IndexOf(group), who, Replies.Json)).Must(HttpStatusCode.OK);
        Assert.Equal(
            names, list.Json.GetProperty("projects").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Contains("private", list["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_public_content_may_be_stored_by_shared_caches()
    {
        var open = (await _server.PageAsync("left-out", "open")).Must(HttpStatusCode.OK);
        Assert.Contains("public", open["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains("Accept", open["Vary"], StringComparison.Ordinal);
        var secret = (await _server.PageAsync("left-out", "secret", _alice)).Must(HttpStatusCode.OK);
        Assert.Contains("private", secret["Cache-Control"], StringComparison.Ordinal);
        var file = await _server.AskAsync(secret.GetUrl(_secret.FileName), _alice);
        Assert.Contains("private", file["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains(
            "private", (await _server.PageAsync("own", "open", _carol))["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_may_not_upload_to_the_member_may_not_upload_through_the_group()
    {
        var wheel = TestWheel.Create("bobs", "2.0");
        using var refused = await SendAsync("left-out", wheel, _bob);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var anonymous = await SendAsync("left-out", wheel, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var allowed = await SendAsync("left-out", wheel, _alice);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    Task<HttpResponseMessage> SendAsync(string repository, TestWheel wheel, AuthenticationHeaderValue? who) =>
        SendAsync(_server, repository, wheel, who);

    static async Task<HttpResponseMessage> SendAsync(
        PyRepoServer server, string repository, TestWheel wheel, AuthenticationHeaderValue? who)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, server.GetUrl(repository)) { Content = TwineForm.From(wheel) };
        request.Headers.Authorization = who;
        return await server.Http.SendAsync(request);
    }

    /// <summary>A private and a public repository with files, and groups of both.</summary>
    public sealed class Repositories() : RunningServer(Manifest.All(
        Manifest.Create("private", "{ access: { usersSecretRef: { name: people }, grants: ["
            + " { to: [ { user: alice } ], role: Maintainer }, "
            + "{ to: [ { user: bob } ], role: Reader, projects: [ bobs ] } ] } }"),
        Manifest.Create("public"),
        Manifest.AliceAndBob("people"),
        Manifest.User("group-people", Carol, "of the group"),
        Manifest.User("strangers", "alice", "another alice"),
        Manifest.Create("elsewhere", "{ access: { usersSecretRef: { name: strangers } } }"),
        ProxyManifest.Group("left-out", _members, "uploadTo: private"),
        ProxyManifest.Group("own", _members,
            "access: { usersSecretRef: { name: group-people }, "
            + "grants: [ { to: [ { user: carol } ], role: Reader } ] }"),
        ProxyManifest.Group("merged", _members, "resolution: Merge"),
        ProxyManifest.Group("wide", [.. _members, "PythonRepository/elsewhere"]))), IAsyncLifetime
    {
        static readonly string[] _members = ["PythonRepository/private", "PythonRepository/public"];

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            var publisher = TwineForm.Publisher(Server, "public");
            foreach (var (wheel, repository, who) in new[]
            {
                (_secret, "private", _alice), (TestWheel.Create("bobs", "1.0"), "private", _alice),
                (_open, "public", publisher), (TestWheel.Create("secret", "2.0"), "public", publisher),
            })
            {
                using var answer = await SendAsync(Server, repository, wheel, who);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
    }
}
