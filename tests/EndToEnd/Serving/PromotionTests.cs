using System.Net;
using System.Text.Json.Nodes;
using PyRepo.Testing;

namespace EndToEnd.Serving;

/// <summary><c>pyrepo promote</c>: a release goes from one repository of a server to another.</summary>
public sealed class PromotionTests : IAsyncLifetime
{
    const string Password = "a password of alice";
    const string OtherPassword = "a password of carol";
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

    /// <summary>Two servers, as in a cluster, where each repository has its own.</summary>
    [Fact]
    public async Task A_release_goes_to_another_server_with_its_hashes_upload_times_and_attestations()
    {
        await using var other = await StartOtherAsync("Maintainer");
        var attested = TestWheel.Create("demo", "2.0");
        using (var form = TwineForm.Of(attested))
        {
            form.Add(
                new StringContent(new JsonArray(MadeAttestation.Of(attested.FileName, attested.Sha256)).ToJsonString()),
                "\"attestations\"");
            using var uploaded = await TwineForm.SendAsync(
                Server.Http, Server.UrlOf("staging"), form, TwineForm.Basic("alice", Password));
            Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        }
        (await PromoteAsync($"{other.UrlOf("production")}", "1.0")).MustSucceed().MustSay("demo-1.0-py3-none-any.whl");
        (await PromoteAsync($"{other.UrlOf("production")}", "2.0")).MustSucceed().MustSay(attested.FileName);
        var (here, there) = (await FilesAsync(Server, "staging"), await FilesAsync(other, "production"));
        Assert.Equal(2, there.Count);
        foreach (var key in (string[])["filename", "hashes", "size", "upload-time", "core-metadata", "requires-python"])
        {
            Assert.Equal(
                here.Select(file => file![key]?.ToJsonString()), there.Select(file => file![key]?.ToJsonString()));
        }
        Assert.Equal(
            await Server.Http.GetStringAsync(new Uri(here[1]!["provenance"]!.ToString())),
            await Server.Http.GetStringAsync(new Uri(there[1]!["provenance"]!.ToString())));
        (await PromoteAsync($"{other.UrlOf("production")}", "2.0")).MustSucceed().MustSay("0 files were copied");
    }

    [Fact]
    public async Task Another_server_takes_a_release_only_from_a_Maintainer_of_it_and_never_other_content()
    {
        await using var other = await StartOtherAsync("Publisher");
        var url = $"{other.UrlOf("production")}";
        (await PromoteAsync(url)).MustFail().MustSay("Only a Maintainer of 'demo'");
        (await PromoteAsync(url, "9.0")).MustFail().MustSay("There is no release '9.0' of 'demo'");
        using var uploaded = await TwineForm.SendAsync(
            other.Http, other.UrlOf("production"), TwineForm.Of(TestWheel.Module("demo", "1.0", "another = True")),
            TwineForm.Basic("carol", OtherPassword));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        (await PromoteAsync(url)).MustFail().MustSay("with other content. Nothing was copied.");
        (await RunAsync("yank", "demo", "1.0")).MustSucceed();
        (await PromoteAsync(url)).MustFail().MustSay("demo 1.0 is yanked");
    }

    [Theory]
    [InlineData("upload_time", "2999-01-01T00:00:00Z", "is not a time of the past")]
    [InlineData("upload_time", "yesterday", "is not a time of the past")]
    [InlineData("provenance", "{}", "they are no provenance object of version 1")]
    public async Task What_a_Maintainer_says_about_a_file_must_be_possible(string field, string value, string message)
    {
        using var form = TwineForm.Of(TestWheel.Create("demo", "3.0"));
        form.Add(new StringContent(value), $"\"{field}\"");
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.UrlOf("staging"), form, TwineForm.Basic("alice", Password));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, answer.ReasonPhrase, StringComparison.Ordinal);
    }

    static Task<PyRepoServer> StartOtherAsync(string role) => PyRepoServer.StartAsync($$"""
        {{Repository("production", "{ user: carol }", role)}}
        ---
        {{Manifest.User("users", "carol", OtherPassword)}}
        """);

    Task<ProgramResult> PromoteAsync(string url, string version = "1.0") => RunAsync(
        "promote", "demo", version, "--to", url, "--to-user", "carol");

    static async Task<JsonArray> FilesAsync(PyRepoServer server, string repository)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.IndexOf(repository), "demo/"));
        request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        using var answer = await server.Http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["files"]!.AsArray();
    }

    Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(PyRepoProgram.Path, [.. arguments, "--url", $"{Server.UrlOf("staging")}", "--user", "alice"])
        {
            Environment = new Dictionary<string, string>
            {
                ["PYREPO_PASSWORD"] = Password,
                ["PYREPO_TO_PASSWORD"] = OtherPassword,
            },
        }.RunAsync();

    async Task<JsonNode> FileAsync(string repository) => (await FilesAsync(Server, repository)).Single()!;

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
