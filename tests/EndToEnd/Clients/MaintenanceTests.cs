using System.Net;
using System.Text.RegularExpressions;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>What a Maintainer changes with <c>pyrepo</c>, and what pip and uv make of it.</summary>
public sealed class MaintenanceTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Reason = "It deletes the wrong files.";

    readonly ClientHome _home = new();
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync(Manifest.Create("team", "{ retention: { keepVersions: 2 } }"));
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
            await Server.MustTakeAsync("team", TestWheel.Module("demo", version, $"version = '{version}'"));
    }

    public async ValueTask DisposeAsync()
    {
        Server.ShowLog(output);
        await Server.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("uv")]
    public async Task A_yanked_release_is_installed_only_by_its_exact_version_and_shows_its_reason(string client)
    {
        (await RunAsync("yank", "demo", "3.0", "--reason", Reason)).MustSucceed();
        (await InstallAsync(client, "demo", "newest")).MustSucceed();
        Assert.Equal("2.0", await VersionAsync("newest"));
        (await InstallAsync(client, "demo==3.0", "pinned")).MustSucceed().MustSay(Reason);
        Assert.Equal("3.0", await VersionAsync("pinned"));
        (await RunAsync("unyank", "demo", "3.0")).MustSucceed();
        (await InstallAsync(client, "demo", "again")).MustSucceed();
        Assert.Equal("3.0", await VersionAsync("again"));
    }

    [Fact]
    public async Task A_deleted_release_stays_deleted_and_its_file_names_cannot_be_reused()
    {
        (await RunAsync("delete", "demo", "3.0")).MustSucceed();
        Assert.Equal(["demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl"], await FilesAsync());
        using var other = await UploadAsync(TestWheel.Module("demo", "3.0", "version = 'another'"));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        Assert.Contains("has since been deleted", other.ReasonPhrase, StringComparison.Ordinal);
        (await RunAsync("delete", "demo", "2.0", "--file", "demo-2.0-py3-none-any.whl")).MustSucceed();
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await FilesAsync());
        (await RunAsync("delete", "demo", "9.0")).MustFail().MustSay("There is no release '9.0' of 'demo' in 'team'.");
    }

    [Fact]
    public async Task An_archived_project_takes_no_uploads_and_says_so()
    {
        (await RunAsync("status", "demo", "archived", "--reason", "Use demo2.")).MustSucceed();
        using var upload = await UploadAsync(TestWheel.Create("demo", "4.0"));
        Assert.Equal(HttpStatusCode.BadRequest, upload.StatusCode);
        Assert.Contains("is archived and accepts no uploads", upload.ReasonPhrase, StringComparison.Ordinal);
        var page = await Server.Http.GetStringAsync(new Uri(Server.IndexOf("team"), "demo/"));
        Assert.Contains("\"archived\"", page, StringComparison.Ordinal);
        (await RunAsync("status", "demo", "active")).MustSucceed();
        await Server.MustTakeAsync("team", TestWheel.Create("demo", "4.0"));
    }

    [Fact]
    public async Task Retention_removes_exactly_what_its_preview_listed()
    {
        var listed = (await RunAsync("retention")).MustSucceed();
        Assert.Equal("demo 1.0  It is not one of the 2 newest versions.", listed.Output.Trim());
        Assert.Equal(3, (await FilesAsync()).Count);
        Assert.Equal(listed.Output, (await RunAsync("retention", "--run")).MustSucceed().Output);
        Assert.Equal(["demo-2.0-py3-none-any.whl", "demo-3.0-py3-none-any.whl"], await FilesAsync());
        (await RunAsync("retention")).MustSucceed().MustSay("0 releases would be removed.");
    }

    [Fact]
    public async Task Each_change_is_logged_with_its_user_and_the_rule_that_allows_it()
    {
        (await RunAsync("yank", "demo", "3.0")).MustSucceed();
        (await RunAsync("delete", "demo", "1.0")).MustSucceed();
        (await RunAsync("status", "demo", "deprecated")).MustSucceed();
        foreach (var change in (string[])["yanked 'demo 3.0'", "deleted 'demo-1.0-py3-none-any.whl'",
            "set to deprecated 'demo'"])
            await Server.MustLogAsync($"publisher {change} in 'team', as the default of spec.access allows");
    }

    [Fact]
    public async Task A_change_with_a_wrong_password_is_refused()
    {
        var refused = await RunWithAsync("not the password", "yank", "demo", "3.0");
        refused.MustFail().MustSay("The user or the password is wrong");
        Assert.DoesNotContain("yanked", await Server.Http.GetStringAsync(
            new Uri(Server.IndexOf("team"), "demo/")), StringComparison.Ordinal);
    }

    Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        RunWithAsync(Server.GetPassword("team"), arguments);

    Task<ProgramResult> RunWithAsync(string password, params IReadOnlyList<string> arguments) =>
        new ProgramRun(PyRepoProgram.Path, [.. arguments, "--url", $"{Server.GetUrl("team")}"])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = password },
        }.RunAsync();

    Task<ProgramResult> InstallAsync(string client, string requirement, string target)
    {
        var index = Server.IndexOf("team").ToString();
        return client == "uv"
            ? _home.RunAsync(
                client, "pip", "install", "--index-url", index, "--target", _home.New(target), requirement)
            : _home.RunAsync(client, "install", "--index-url", index, "--target", _home.New(target), requirement);
    }

    Task<string> VersionAsync(string target) =>
        _home.PythonAsync(_home.New(target), "import demo; print(demo.version)");

    async Task<List<string>> FilesAsync()
    {
        var page = await Server.Http.GetStringAsync(new Uri(Server.IndexOf("team"), "demo/"));
        return [.. Regex.Matches(page, ">([^<>]+\\.whl)<").Select(match => match.Groups[1].Value)];
    }

    async Task<HttpResponseMessage> UploadAsync(TestWheel wheel) => await Server.Http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, Server.GetUrl("team"))
        {
            Content = TwineForm.From(wheel),
            Headers = { Authorization = TwineForm.Basic("publisher", Server.GetPassword("team")) },
        });
}
