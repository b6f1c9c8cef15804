using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Several repositories as one: who answers for a name, and what happens when a member can't.</summary>
public sealed class GroupTests
{
    const string A = "team-a";
    const string B = "team-b";

    [Fact]
    public async Task Under_FirstMatch_the_first_member_that_knows_a_project_answers_alone()
    {
        await using var server = await TwoAsync("FirstMatch");
        var (first, second) = await UploadBothAsync(server);
        Assert.Equal([first.FileName], (await server.PageAsync("ab", "shared")).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal([second.FileName], (await server.PageAsync("ba", "shared")).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal(
            first.Bytes, (await server.FileAsync("ab", "shared", first.FileName)).Must(HttpStatusCode.OK).Bytes);
        (await server.AskAsync(new Uri(server.GetUrl("ab"), $"packages/shared/{second.FileName}"))).Must(
            HttpStatusCode.NotFound);
        (await server.PageAsync("ab", "nowhere")).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Under_Merge_all_members_contribute_and_the_first_one_wins_for_equal_file_names()
    {
        await using var server = await TwoAsync("Merge");
        var (first, second) = await UploadBothAsync(server);
        var same = TestWheel.Create("shared", "3.0", seed: 1);
        var other = TestWheel.Create("shared", "3.0", seed: 2);
        await server.UploadAsync(A, same);
        await server.UploadAsync(B, other);
        var page = (await server.PageAsync("ab", "shared")).Must(HttpStatusCode.OK);
        Assert.Equal([first.FileName, second.FileName, same.FileName], page.FileNames);
        foreach (var wheel in new[] { first, second, same })
            Assert.Equal(
                wheel.Bytes, (await server.AskAsync(page.GetUrl(wheel.FileName))).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(
            same.Bytes,
            (await server.AskAsync(new Uri(server.GetUrl("ab"), $"packages/shared/{same.FileName}"))).Bytes);
        Assert.Equal(
            other.Bytes, (await server.FileAsync("ba", "shared", other.FileName)).Must(HttpStatusCode.OK).Bytes);
        var list = await server.AskAsync(server.IndexOf("ab"), accept: Replies.Json);
        var names = list.Json.GetProperty("projects").EnumerateArray().Select(p => p.GetProperty("name").GetString());
        Assert.Equal(["only-b", "shared"], names);
    }

    /// <summary>
    /// Two members count from different numbers: a client would take the other one's page for an older one.
    /// </summary>
    [Theory]
    [InlineData("FirstMatch")]
    [InlineData("Merge")]
    public async Task Pages_of_a_group_have_no_serial(string resolution)
    {
        await using var server = await TwoAsync(resolution);
        await UploadBothAsync(server);
        Assert.NotNull((await server.PageAsync(A, "shared"))["X-PyPI-Last-Serial"]);
        foreach (var group in (string[])["ab", "ba"])
        {
            var page = (await server.PageAsync(group, "shared")).Must(HttpStatusCode.OK);
            Assert.Null(page["X-PyPI-Last-Serial"]);
            Assert.False(page.Json.GetProperty("meta").TryGetProperty("_last-serial", out _));
        }
    }

    [Fact]
    public async Task Uploads_go_to_the_configured_member_and_are_shown_immediately()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create(A), Manifest.Create(B),
            ProxyManifest.Group("ab", [$"PythonRepository/{A}", $"PythonRepository/{B}"], $"uploadTo: {B}"),
            ProxyManifest.Group("closed", [$"PythonRepository/{A}"])));
        var wheel = TestWheel.Create("new", "1.0");
        using var request =
            new HttpRequestMessage(HttpMethod.Post, server.GetUrl("ab")) { Content = TwineForm.From(wheel) };
        request.Headers.Authorization = TwineForm.Publisher(server, B);
        using var uploaded = await server.Http.SendAsync(request);
        Assert.True(uploaded.StatusCode == HttpStatusCode.OK, await uploaded.Content.ReadAsStringAsync());
        Assert.Equal([wheel.FileName], (await server.PageAsync("ab", "new")).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal([wheel.FileName], (await server.PageAsync(B, "new")).Must(HttpStatusCode.OK).FileNames);
        (await server.PageAsync(A, "new")).Must(HttpStatusCode.NotFound);
        using var refused =
            new HttpRequestMessage(HttpMethod.Post, server.GetUrl("closed")) { Content = TwineForm.From(wheel) };
        refused.Headers.Authorization = TwineForm.Publisher(server, A);
        using var answer = await server.Http.SendAsync(refused);
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{(int)answer.StatusCode}");
        (await server.PageAsync(A, "new")).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Uploads_to_a_member_that_is_suspended_are_unavailable()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create(A, "{ suspend: true }"),
            ProxyManifest.Group("all", [$"PythonRepository/{A}"], $"uploadTo: {A}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, server.GetUrl("all"))
        {
            Content = TwineForm.From(TestWheel.Create("new", "1.0")),
            Headers = { Authorization = TwineForm.Publisher(server, A) },
        };
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal("503 'team-a' is suspended.", $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
    }

    [Fact]
    public async Task A_group_may_contain_groups_that_inherit_its_reserved_names()
    {
        await using var both = await PrivateAndPublic.StartAsync(
            more: [ProxyManifest.Group(
                "outer", [$"RepositoryGroup/{PrivateAndPublic.All}"], "reserved: [ \"kept-*\" ]")]);
        var wheel = await both.UploadAsync("ours");
        var open = both.PutUpstream("open");
        both.PutUpstream("kept-back");
        Assert.Equal(
            wheel.Bytes, (await both.Server.FileAsync("outer", "ours", wheel.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(
            open.Bytes, (await both.Server.FileAsync("outer", "open", open.FileName)).Must(HttpStatusCode.OK).Bytes);
        (await both.Server.PageAsync("outer", "kept-back")).Must(HttpStatusCode.NotFound);
        (await both.Server.PageAsync(PrivateAndPublic.All, "kept-back")).Must(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("one", "one", "is the group itself: a group cannot be its own member")]
    [InlineData("two", "one", "contains itself, directly or through its members")]
    public async Task A_group_that_contains_itself_is_rejected_by_check(string inner, string target, string message)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("loop.yaml", Manifest.All(
            ProxyManifest.Group("one", [$"RepositoryGroup/{inner}"]),
            ProxyManifest.Group("two", [$"RepositoryGroup/{target}"])));
        var result = await PyRepoProgram.RunAsync("check", "-f", file);
        result.MustFail().MustSay(message);
    }

    [Theory]
    [InlineData("FirstMatch")]
    [InlineData("Merge")]
    public async Task While_upstream_is_down_names_of_other_members_work_and_unknown_names_are_unavailable(
        string resolution)
    {
        await using var both =
            await PrivateAndPublic.StartAsync(group: $"resolution: {resolution}, reserved: [ \"acme-*\" ]");
        var wheel = await both.UploadAsync("acme-lib");
        await both.UploadAsync("shared");
        both.PutUpstream("seen");
        both.PutUpstream("shared");
        (await both.Server.PageAsync(PrivateAndPublic.All, "seen")).Must(HttpStatusCode.OK);
        Assert.Equal(resolution == "Merge" ? 2 : 1,
            (await both.Server.PageAsync(PrivateAndPublic.All, "shared")).FileNames.Count);
        await both.Upstream.StopAsync();
        Assert.Equal([wheel.FileName],
            (await both.Server.PageAsync(PrivateAndPublic.All, "acme-lib")).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal(
            wheel.Bytes, (await both.Server.FileAsync(PrivateAndPublic.All, "acme-lib", wheel.FileName)).Bytes);
        await Eventually.IsAsync("what was seen is stale", "STALE",
            async () => (await both.Server.PageAsync(PrivateAndPublic.All, "seen")).Must(HttpStatusCode.OK).XCache);
        (await both.Server.PageAsync(PrivateAndPublic.All, "never-seen")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(resolution == "Merge" ? 2 : 1,
            (await both.Server.PageAsync(PrivateAndPublic.All, "shared")).FileNames.Count);
        (await both.Server.PageAsync(PrivateAndPublic.All, "acme-none")).Must(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Merge_never_shows_a_shortened_page()
    {
        await using var both = await PrivateAndPublic.StartAsync(group: "resolution: Merge");
        await both.UploadAsync("shared");
        both.PutUpstream("shared");
        both.Upstream.AtPage("shared", Replies.Status(500));
        (await both.Server.PageAsync(PrivateAndPublic.All, "shared")).Must(HttpStatusCode.ServiceUnavailable);
        both.PutUpstream("shared");
        await Eventually.IsAsync("both are there", async () =>
            (await both.Server.PageAsync(
                PrivateAndPublic.All, "shared")) is { Status: HttpStatusCode.OK, FileNames.Count: 2 });
    }

    [Fact]
    public async Task A_project_added_to_the_first_member_is_served_from_it_immediately()
    {
        await using var both = await PrivateAndPublic.StartAsync();
        var evil = both.PutUpstream("late");
        var url =
            (await both.Server.PageAsync(PrivateAndPublic.All, "late")).Must(HttpStatusCode.OK).GetUrl(evil.FileName);
        (await both.Server.AskAsync(url)).Must(HttpStatusCode.OK);
        var wheel = await both.UploadAsync("late");
        Assert.Equal([wheel.FileName],
            (await both.Server.PageAsync(PrivateAndPublic.All, "late")).Must(HttpStatusCode.OK).FileNames);
        (await both.Server.AskAsync(url)).Must(HttpStatusCode.NotFound);
    }

    static Task<PyRepoServer> TwoAsync(string resolution) => PyRepoServer.StartAsync(Manifest.All(
        Manifest.Create(A), Manifest.Create(B),
        ProxyManifest.Group("ab", [$"PythonRepository/{A}", $"PythonRepository/{B}"], $"resolution: {resolution}"),
        ProxyManifest.Group("ba", [$"PythonRepository/{B}", $"PythonRepository/{A}"], $"resolution: {resolution}")));

    static async Task<(TestWheel First, TestWheel Second)> UploadBothAsync(PyRepoServer server)
    {
        var (first, second) = (TestWheel.Create("shared", "1.0"), TestWheel.Create("shared", "2.0"));
        await server.UploadAsync(A, first);
        await server.UploadAsync(B, second);
        await server.UploadAsync(B, TestWheel.Create("only-b", "1.0"));
        return (first, second);
    }
}
