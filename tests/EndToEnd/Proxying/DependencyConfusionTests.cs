using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// A private name is never answered by a proxy, however it is asked for and whatever state the private repository is
/// in.
/// </summary>
public sealed class DependencyConfusionTests
{
    const string Private = "acme-lib";
    static readonly string[] _spellings = ["acme-lib", "Acme_Lib", "ACME.lib", "acme--lib", "acme-_.lib"];

    [Fact]
    public async Task A_project_of_the_team_is_served_only_by_the_team_in_every_spelling_and_on_every_route()
    {
        await using var both = await PrivateAndPublic.StartAsync();
        await both.UploadAsync(Private);
        await MustNotAnswerAsync(both, both.PutUpstream(Private));
    }

    [Fact]
    public async Task A_name_that_is_reserved_never_comes_from_the_proxy_even_before_its_first_upload()
    {
        await using var both = await PrivateAndPublic.StartAsync(group: "reserved: [ \"acme-*\" ]");
        var evil = both.PutUpstream(Private);
        await MustNotAnswerAsync(both, evil);
        (await both.Server.PageAsync(PrivateAndPublic.All, Private)).Must(HttpStatusCode.NotFound);
        var list = await both.Server.AskAsync(both.Server.IndexOf(PrivateAndPublic.All), accept: Replies.Json);
        Assert.DoesNotContain("acme-lib", list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_stays_with_the_team_after_its_last_file_is_deleted()
    {
        await using var both = await PrivateAndPublic.StartAsync();
        var wheel = await both.UploadAsync(Private);
        var evil = both.PutUpstream(Private);
        await DeleteAsync(both, wheel);
        await MustNotAnswerAsync(both, evil);
        Assert.Empty((await both.Server.PageAsync(PrivateAndPublic.All, Private)).Must(HttpStatusCode.OK).FileNames);
        await both.Server.StopAsync();
        await both.Server.StartAgainAsync();
        await MustNotAnswerAsync(both, evil);
    }

    [Fact]
    public async Task While_the_teams_repository_is_not_open_none_of_its_names_is_answered_by_the_proxy()
    {
        await using var both = await PrivateAndPublic.StartAsync();
        await both.UploadAsync(Private);
        var evil = both.PutUpstream(Private);
        await both.Server.StopAsync();
        var lockFile = Path.Combine(both.Server.GetFolder(PrivateAndPublic.Team), ".lock");
        await using (new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            await both.Server.LaunchAsync();
            await MustNotAnswerAsync(both, evil);
            var answer =
                (await both.Server.PageAsync(PrivateAndPublic.All, Private)).Must(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(answer["Retry-After"]);
            // Nobody knows yet which names are the team's: none may come from elsewhere.
            both.PutUpstream("anything");
            (await both.Server.PageAsync(PrivateAndPublic.All, "anything")).Must(HttpStatusCode.ServiceUnavailable);
            (await both.Server.PageAsync(PrivateAndPublic.Proxy, "anything")).Must(HttpStatusCode.OK);
            Assert.Equal(0, both.Upstream.CountOfPage(Private));
        }
        await Eventually.IsAsync("the repository is open", both.Server.IsReadyAsync);
        Assert.Single((await both.Server.PageAsync(PrivateAndPublic.All, Private)).Must(HttpStatusCode.OK).FileNames);
        (await both.Server.PageAsync(PrivateAndPublic.All, "anything")).Must(HttpStatusCode.OK);
        await MustNotAnswerAsync(both, evil);
    }

    [Fact]
    public async Task While_the_team_is_suspended_none_of_its_names_is_answered_by_the_proxy()
    {
        await using var both = await PrivateAndPublic.StartAsync();
        await both.UploadAsync(Private);
        var evil = both.PutUpstream(Private);
        await both.Server.StopAsync();
        var manifest = await File.ReadAllTextAsync(both.Server.ManifestFile);
        manifest = manifest.Replace("spec: {}", "spec: { suspend: true }", StringComparison.Ordinal);
        await File.WriteAllTextAsync(both.Server.ManifestFile, manifest);
        await both.Server.LaunchAsync();
        await MustNotAnswerAsync(both, evil);
        (await both.Server.PageAsync(PrivateAndPublic.All, Private)).Must(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("bob:battery-staple", HttpStatusCode.Forbidden)]
    [InlineData("bob:wrong", HttpStatusCode.Unauthorized)]
    public async Task A_caller_who_may_not_read_a_private_name_gets_neither_404_nor_the_upstream_project(
        string? caller, HttpStatusCode status)
    {
        await using var both = await PrivateAndPublic.StartAsync(
            "{ access: { usersSecretRef: { name: people }, "
                + "grants: [ { to: [ { user: alice } ], role: Maintainer } ] } }",
            "resolution: FirstMatch", Manifest.AliceAndBob("people"));
        var wheel = TestWheel.Create(Private, "1.0");
        var alice = TwineForm.Basic("alice", "correct-horse");
        using (var request = new HttpRequestMessage(HttpMethod.Post, both.Server.GetUrl(PrivateAndPublic.Team)))
        {
            request.Content = TwineForm.From(wheel);
            request.Headers.Authorization = alice;
            using var uploaded = await both.Server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        }
        var evil = both.PutUpstream(Private);
        var who = caller is null ? null : TwineForm.Basic(caller.Split(':')[0], caller.Split(':')[1]);
        foreach (var url in WaysTo(both, evil).Concat(both.AllWaysTo(Private, wheel.FileName, wheel.Sha256)))
        {
            var answer = await FollowAsync(both, await both.Server.AskAsync(url, who), who);
            Assert.True(answer.Status == status, answer.ToString());
        }
        Assert.Equal(0, both.Upstream.CountOfPage(Private));
        var shown = (await both.Server.PageAsync(PrivateAndPublic.All, Private, alice)).Must(HttpStatusCode.OK);
        Assert.Equal([wheel.FileName], shown.FileNames);
        // What is public stays so for everybody, whatever password they send.
        both.PutUpstream("public");
        (await both.Server.PageAsync(PrivateAndPublic.All, "public", who)).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_name_refused_by_an_index_does_not_fall_through_after_its_page_was_evicted()
    {
        await using var company = await ScriptedUpstream.StartAsync();
        await using var world = await ScriptedUpstream.StartAsync();
        company.Serve(new ScriptedPage(Private, ScriptedFile.Wheel("acme_lib", "1.0")));
        world.Serve(new ScriptedPage(Private, ScriptedFile.Wheel("acme_lib", "99.0")));
        await using var server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy("company", company.Index, "cache: { maxSize: 1Ki }"),
            ProxyManifest.Proxy("world", world.Index),
            ProxyManifest.Group("all", ["ProxyRepository/company", "ProxyRepository/world"])));
        (await server.PageAsync("all", Private)).Must(HttpStatusCode.OK);
        var page = Path.Combine(server.GetFolder("company"), "upstream", $"{Private}.json");
        var seen = Path.Combine(server.GetFolder("company"), "seen-projects.bin");
        await Eventually.IsAsync(
            "its page is evicted", () => Task.FromResult(File.Exists(seen) && !File.Exists(page)));
        await server.StopAsync();
        await server.StartAgainAsync();
        company.AtPage(Private, Replies.Status(403));
        (await server.PageAsync("all", Private)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, world.CountOfPage(Private));
    }

    /// <summary>Asks for the evil twin in every way; none may give anything of it, or ask upstream.</summary>
    static async Task MustNotAnswerAsync(PrivateAndPublic both, ScriptedFile evil)
    {
        foreach (var url in WaysTo(both, evil))
        {
            var isPage = url.AbsolutePath.Contains("simple", StringComparison.Ordinal);
            var answer = await FollowAsync(both, await both.Server.AskAsync(url, accept: isPage ? Replies.Json : null));
            Assert.NotEqual(evil.Bytes, answer.Bytes);
            if (answer.Status == HttpStatusCode.OK)
                Assert.DoesNotContain("99.0", answer.Text, StringComparison.Ordinal);
            else
                Assert.True(
                    answer.Status is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable, answer.ToString());
        }
        Assert.Equal(0, both.Upstream.CountOfPage(Private));
        Assert.Equal(0, both.Upstream.CountOfFile(evil.FileName));
    }

    static IEnumerable<Uri> WaysTo(PrivateAndPublic both, ScriptedFile evil) =>
        _spellings.SelectMany(s => both.AllWaysTo(s, evil.FileName, ScriptedFile.GetSha256(evil.Bytes)));

    static async Task<ProxyResponse> FollowAsync(
        PrivateAndPublic both, ProxyResponse answer, AuthenticationHeaderValue? caller = null) =>
        answer.Status == HttpStatusCode.Found
            ? await both.Server.AskAsync(new Uri(answer.Url, answer["Location"]!), caller, Replies.Json)
            : answer;

    static async Task DeleteAsync(PrivateAndPublic both, TestWheel wheel)
    {
        var url = new Uri(
            both.Server.GetUrl(PrivateAndPublic.Team), $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}");
        AuthenticationHeaderValue publisher = TwineForm.Publisher(both.Server, PrivateAndPublic.Team);
        (await both.Server.AskAsync(url, publisher, method: HttpMethod.Delete)).Must(HttpStatusCode.NoContent);
    }
}
