using System.Net;
using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>
/// A group goes on to its next proxy only for a name that the first one's upstream provably lacks. An upstream whose
/// token has expired, or whose address is wrong, answers 404 or 403 for everything.
/// </summary>
public sealed class ProvedAbsenceTests : IAsyncLifetime
{
    const string Company = "company";
    const string All = "all";
    const string Times = "cache: { projectTtl: 1s, notFoundTtl: 1s, indexTtl: 1s, staleIfError: 0s }";
    ScriptedUpstream _company = null!;
    ScriptedUpstream _world = null!;

    public async ValueTask InitializeAsync()
    {
        _company = await ScriptedUpstream.StartAsync();
        _world = await ScriptedUpstream.StartAsync();
        foreach (var name in (string[])["acme-lib", "requests"])
            _world.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "99.0")));
    }

    public async ValueTask DisposeAsync()
    {
        await _company.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Names_of_an_upstream_that_refuses_everything_do_not_fall_through_to_the_next_proxy(int status)
    {
        RefuseAll(status);
        await using var server = await StartAsync();
        foreach (var path in (string[])[
            "simple/acme-lib/", "pypi/acme-lib/json", "packages/acme-lib/acme_lib-99.0-py3-none-any.whl"])
        {
            var answer = await server.AskAsync(new Uri(server.GetUrl(All), path));
            Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable, answer.ToString());
            Assert.NotNull(answer["Retry-After"]);
        }
        Assert.Equal(0, _world.CountOfPage("acme-lib"));
        // Whoever asks the proxy itself hears what upstream says.
        (await server.PageAsync(Company, "acme-lib")).Must(HttpStatusCode.NotFound);
        var upstream = await UpstreamStatusAsync(server);
        Assert.False(upstream.GetProperty("reachable").GetBoolean());
        Assert.Contains($"answered {status} for its list", upstream.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Names_do_not_fall_through_once_an_upstream_begins_to_refuse_everything(int status)
    {
        _company.Serve(new ScriptedPage("acme-lib", ScriptedFile.Wheel("acme_lib", "1.0")));
        await using var server = await StartAsync();
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.OK);
        Assert.Equal(["requests-99.0-py3-none-any.whl"], (await server.PageAsync(All, "requests")).FileNames);
        RefuseAll(status);
        await Eventually.IsAsync("no new name is handed on", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync(All, "requests")).Status);
        await Eventually.IsAsync("what it had is stale", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync(All, "acme-lib")).Status);
        Assert.Equal(0, _world.CountOfPage("acme-lib"));
        _company.At("/simple/", Replies.Text("<html><a href=acme-lib/>acme-lib</a></html>", "text/html"));
        await Eventually.IsAsync("its token is valid again", HttpStatusCode.OK,
            async () => (await server.PageAsync(All, "requests")).Status);
    }

    [Fact]
    public async Task A_login_form_instead_of_the_list_does_not_prove_that_a_name_is_absent()
    {
        RefuseAll(404);
        _company.At("/login", Replies.Text("<html>Please sign in.</html>", "text/html"));
        _company.At("/simple/", Replies.Redirect("/login"));
        await using var server = await StartAsync();
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, _world.CountOfPage("acme-lib"));
    }

    [Fact]
    public async Task A_project_deleted_by_a_working_upstream_falls_through_to_the_next_proxy()
    {
        _company.Serve(new ScriptedPage("requests", ScriptedFile.Wheel("requests", "1.0")));
        await using var server = await StartAsync();
        Assert.Equal(["requests-1.0-py3-none-any.whl"], (await server.PageAsync(All, "requests")).FileNames);
        _company.AtPage("requests", Replies.Status(404));
        await Eventually.IsAsync("the next one has it", "requests-99.0-py3-none-any.whl",
            async () => (await server.PageAsync(All, "requests")).FileNames.Single());
    }

    [Fact]
    public async Task An_upstream_without_a_list_is_proved_by_a_page_that_it_served_before()
    {
        _company.At("/simple/", Replies.Status(404));
        _company.Serve(new ScriptedPage("acme-lib", ScriptedFile.Wheel("acme_lib", "1.0")));
        await using var server = await StartAsync();
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.ServiceUnavailable);
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.OK);
        await Eventually.IsAsync("the next one is asked", HttpStatusCode.OK,
            async () => (await server.PageAsync(All, "requests")).Status);
    }

    [Fact]
    public async Task An_upstream_without_a_list_is_proved_from_the_start_by_the_page_in_the_resource()
    {
        _company.At("/simple/", Replies.Status(404));
        _company.Serve(new ScriptedPage("acme-lib", ScriptedFile.Wheel("acme_lib", "1.0")));
        await using var server = await StartAsync(", probe: acme-lib");
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_front_page_is_not_a_list_and_lets_no_name_fall_through_to_the_next_proxy()
    {
        ShowForm();
        await using var server = await StartAsync();
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.ServiceUnavailable);
        var list = await server.AskAsync(server.IndexOf(Company), accept: Replies.Json);
        Assert.Contains(
            "did not send a list of projects", list.Must(HttpStatusCode.ServiceUnavailable).Text,
            StringComparison.Ordinal);
        Assert.Equal(0, _world.CountOfPage("acme-lib"));
        var upstream = await UpstreamStatusAsync(server);
        Assert.False(upstream.GetProperty("reachable").GetBoolean());
        Assert.Contains("login form", upstream.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_name_does_not_fall_through_when_upstream_shows_a_login_form()
    {
        _company.Serve(new ScriptedPage("acme-lib", ScriptedFile.Wheel("acme_lib", "1.0")));
        await using var server = await StartAsync();
        (await server.PageAsync(All, "acme-lib")).Must(HttpStatusCode.OK);
        ShowForm();
        await Eventually.IsAsync("what it had is stale", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync(All, "acme-lib")).Status);
        await Eventually.IsAsync("no new name is handed on", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync(All, "requests")).Status);
        Assert.Equal(0, _world.CountOfPage("acme-lib"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_known_name_does_not_fall_through_when_the_list_of_upstream_is_public(bool restarts)
    {
        foreach (var name in (string[])["acme-lib", "acme-app"])
            _company.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        await using var server = await StartAsync();
        foreach (var name in (string[])["acme-app", "acme-lib"])
            (await server.PageAsync(All, name)).Must(HttpStatusCode.OK);
        foreach (var name in (string[])["acme-lib", "acme-app"])
            _company.AtPage(name, Replies.Status(404));
        if (restarts)
        {
            await server.StopAsync();
            await server.StartAgainAsync();
        }
        await Eventually.IsAsync("what it had is stale", HttpStatusCode.ServiceUnavailable,
            async () => (await server.PageAsync(All, "acme-lib")).Status);
        var answer = await server.PageAsync(All, "acme-lib");
        // The page that was asked for instead is another caller's.
        Assert.DoesNotContain("acme-app", answer.Text, StringComparison.Ordinal);
        await Eventually.IsAsync("the status names the page that was asked for", true, async () =>
        {
            // The other page is refreshed ahead, too, and may be what upstream was asked about last.
            await server.PageAsync(All, "acme-lib");
            return (await UpstreamStatusAsync(server)).GetRawText().Contains("acme-app", StringComparison.Ordinal);
        });
        _company.Serve(new ScriptedPage("acme-app", ScriptedFile.Wheel("acme_app", "2.0")));
        await Eventually.IsAsync("only one of them is gone", HttpStatusCode.OK,
            async () => (await server.PageAsync(All, "acme-lib")).Status);
        Assert.Equal(["acme_lib-99.0-py3-none-any.whl"], (await server.PageAsync(All, "acme-lib")).FileNames);
    }

    [Fact]
    public async Task A_public_list_proves_nothing_if_the_resource_names_a_page()
    {
        await using var server = await StartAsync(", probe: acme-lib");
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.ServiceUnavailable);
        (await server.AskAsync(server.IndexOf(Company), accept: Replies.Json)).Must(HttpStatusCode.OK);
        (await server.PageAsync(All, "requests")).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, _world.CountOfPage("requests"));
    }

    /// <summary>A login form at the list's URL, and 404 for all else.</summary>
    void ShowForm()
    {
        RefuseAll(404);
        _company.At("/simple/", Replies.Text("<html><form>login</form></html>", "text/html"));
    }

    void RefuseAll(int status)
    {
        _company.Otherwise = Replies.Status(status);
        foreach (var path in (string[])["/simple/", "/simple/acme-lib/"])
            _company.At(path, Replies.Status(status));
    }

    Task<PyRepoServer> StartAsync(string more = "") => PyRepoServer.StartAsync(Serving.Manifest.All(
        ProxyManifest.Proxy(Company, _company.Index, Times, more),
        ProxyManifest.Proxy("world", _world.Index, Times),
        ProxyManifest.Group(All, [$"ProxyRepository/{Company}", "ProxyRepository/world"])));

    static async Task<JsonElement> UpstreamStatusAsync(PyRepoServer server) =>
        (await server.AskAsync(new(server.Management, "status"))).Json.GetProperty("repositories").EnumerateArray()
            .Single(repository => repository.GetProperty("name").GetString() == Company)
            .GetProperty("upstream");
}
