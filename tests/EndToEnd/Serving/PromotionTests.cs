using System.Net;
using System.Text.Json.Nodes;

namespace EndToEnd.Serving;

/// <summary><c>pyrepo promote</c>: a release goes from one repository of a server to another.</summary>
public sealed class PromotionTests : IAsyncLifetime
{
    const string Password = "a password of alice";
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async Task InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync($$"""
            {{Repository("staging", "{ user: alice }", "Maintainer")}}
            ---
            {{Repository("production", "{ user: alice }", "Publisher")}}
            ---
            {{Repository("closed", "{ user: bob }", "Publisher")}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData: { username: alice, password: "{{Password}}" }
            """);
        using var uploaded = await UploadAsync("staging", TestWheel.Create("demo", "1.0"));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task The_other_repository_has_the_same_files_with_their_hashes_and_upload_times()
    {
        (await PromoteAsync("production")).MustSucceed().MustSay("demo-1.0-py3-none-any.whl");
        var (here, there) = (await FileAsync("staging"), await FileAsync("production"));
        foreach (var key in (string[])["filename", "hashes", "size", "upload-time", "core-metadata", "requires-python"])
            Assert.Equal(here[key]?.ToJsonString(), there[key]?.ToJsonString());
        Assert.Equal(
            await Server.Http.GetByteArrayAsync(new Uri(Server.IndexOf("staging"), $"demo/{here["url"]}")),
            await Server.Http.GetByteArrayAsync(new Uri(Server.IndexOf("production"), $"demo/{there["url"]}")));
        (await PromoteAsync("production")).MustSucceed().MustSay("0 files were copied");
        Assert.Contains(
            "alice promoted to production 'demo 1.0' in 'staging', as spec.access.grants[1] allows", Server.LogText(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_other_repository_has_with_other_bytes_stays()
    {
        using var uploaded = await UploadAsync("production", TestWheel.Module("demo", "1.0", "another = True"));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        (await PromoteAsync("production")).MustFail().MustSay("File already exists");
    }

    [Theory]
    [InlineData("closed", "may not do this with 'demo' in 'closed'")]
    [InlineData("nowhere", "There is no repository 'nowhere' on this server.")]
    [InlineData("staging", "There is no repository 'staging' on this server.")]
    public async Task Whoever_may_not_upload_there_and_whatever_is_not_there_is_refused(string to, string message) =>
        (await PromoteAsync(to)).MustFail().MustSay(message);

    [Fact]
    public async Task A_yanked_release_is_not_promoted()
    {
        (await RunAsync("yank", "demo", "1.0")).MustSucceed();
        (await PromoteAsync("production")).MustFail().MustSay("demo 1.0 is yanked");
    }

    Task<ProgramResult> PromoteAsync(string to) => RunAsync("promote", "demo", "1.0", "--to", to);

    Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(PyRepoProgram.Path, [.. arguments, "--url", $"{Server.UrlOf("staging")}", "--user", "alice"])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = Password },
        }.RunAsync();

    async Task<JsonNode> FileAsync(string repository)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.IndexOf(repository), "demo/"));
        request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        using var answer = await Server.Http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["files"]!.AsArray().Single()!;
    }

    async Task<HttpResponseMessage> UploadAsync(string repository, TestWheel wheel) => await Server.Http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, Server.UrlOf(repository))
        {
            Content = TwineForm.Of(wheel),
            Headers = { Authorization = TwineForm.Basic("alice", Password) },
        });

    static string Repository(string name, string to, string role) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec:
          access:
            usersSecretRef: { name: users }
            grants:
            - { to: [ { anyone: {} } ], role: Reader }
            - { to: [ {{to}} ], role: {{role}} }
        """;
}
