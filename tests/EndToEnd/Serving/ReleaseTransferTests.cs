using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Proxying;
using PyRepo.Testing;

namespace EndToEnd.Serving;

/// <summary>
/// <c>pyrepo promote --to URL</c>: a release goes to another server. In a cluster, each repository has its own.
/// </summary>
public sealed class ReleaseTransferTests : IAsyncLifetime
{
    const string SourcePassword = "a password of alice";
    const string TargetPassword = "a password of carol";
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");
    PyRepoServer? _source;
    PyRepoServer? _target;

    PyRepoServer Source => _source!;

    PyRepoServer Target => _target!;

    public async ValueTask InitializeAsync()
    {
        _source = await PyRepoServer.StartAsync(Manifest.All(
            Repository("staging", "alice", "Maintainer"),
            Manifest.Create(
                "closed",
                """
                { access: { usersSecretRef: { name: users }, grants: [ { to: [ { user: alice } ], role: Reader } ] } }
                """),
            Manifest.User("users", "alice", SourcePassword)));
        _target = await PyRepoServer.StartAsync(Manifest.All(
            Repository("production", "carol", "Maintainer"), Repository("guarded", "carol", "Publisher"),
            Manifest.User("users", "carol", TargetPassword), Group(Source.IndexOf("staging"))));
        await UploadAsync(_wheel);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }

    [Fact]
    public async Task The_other_server_gets_the_files_with_their_hashes_upload_times_and_attestations()
    {
        var attested = TestWheel.Create("demo", "2.0");
        await UploadAsync(attested, MadeAttestation.From(attested.FileName, attested.Sha256));
        foreach (var version in (string[])["1.0", "2.0"])
        {
            (await PromoteAsync(Target.GetUrl("production"), version)).MustSucceed()
                .MustSay($"demo-{version}-py3-none-any.whl").MustSay("1 file was copied");
        }
        var (here, there) = (await FilesAsync(Source, "staging"), await FilesAsync(Target, "production"));
        Assert.Equal(2, there.Count);
        foreach (var key in (string[])["filename", "hashes", "size", "upload-time", "core-metadata", "requires-python"])
        {
            Assert.Equal(
                here.Select(file => file![key]?.ToJsonString()), there.Select(file => file![key]?.ToJsonString()));
        }
        Assert.Equal(
            await Source.Http.GetStringAsync(new Uri(here[1]!["provenance"]!.ToString())),
            await Target.Http.GetStringAsync(new Uri(there[1]!["provenance"]!.ToString())));
        (await PromoteAsync(Target.GetUrl("production"), "2.0")).MustSucceed();
        Assert.Equal(there.ToJsonString(), (await FilesAsync(Target, "production")).ToJsonString());
    }

    /// <summary>The group's page has the file, from a proxy; the member that takes the uploads does not.</summary>
    [Fact]
    public async Task A_group_member_receives_files_that_the_group_has_from_elsewhere()
    {
        Assert.Single(await FilesAsync(Target, "all"));
        (await PromoteAsync(Target.GetUrl("all"))).MustSucceed().MustSay(_wheel.FileName);
        Assert.Single(await FilesAsync(Target, "production"));
    }

    [Fact]
    public async Task Only_a_Maintainer_may_promote_and_never_other_content()
    {
        (await PromoteAsync(Target.GetUrl("guarded"))).MustFail().MustSay("Only a Maintainer of 'demo'");
        (await PromoteAsync(Target.GetUrl("production"), "9.0")).MustFail()
            .MustSay("There is no release '9.0' of 'demo'");
        using var uploaded = await TwineForm.SendAsync(
            Target.Http, Target.GetUrl("production"), TwineForm.From(TestWheel.Module("demo", "1.0", "another = True")),
            TwineForm.Basic("carol", TargetPassword));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        (await PromoteAsync(Target.GetUrl("production"))).MustFail().MustSay("with other content. Nothing was copied.");
    }

    [Fact]
    public async Task A_failure_names_the_server_that_failed()
    {
        (await PromoteAsync(Target.GetUrl("production"), targetPassword: "wrong")).MustFail()
            .MustSay($"{Target.GetUrl("production")}: The user or the password is wrong");
        var closed = Source.GetUrl("closed");
        (await PromoteAsync(Target.GetUrl("production"), from: closed, sourcePassword: "wrong")).MustFail()
            .MustSay($"{closed}: The user or the password is wrong");
        (await PromoteAsync(Target.GetUrl("nowhere"))).MustFail().MustSay($"{Target.GetUrl("nowhere")}: ");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_target_that_redirects_is_a_failure(int status)
    {
        await using var gateway = await ScriptedUpstream.StartAsync();
        gateway.Otherwise = Replies.Redirect($"{Target.GetUrl("production")}", status);
        (await PromoteAsync(gateway.Url)).MustFail()
            .MustSay($"{gateway.Url}: The server redirects to {Target.GetUrl("production")}.");
        Assert.Empty(await FilesAsync(Target, "production"));
    }

    [Theory]
    [InlineData("<html></html>", "text/html")]
    [InlineData("[]", Replies.Json)]
    [InlineData("""{ "meta": { "api-version": "2.0" }, "name": "demo", "files": [] }""", Replies.Json)]
    public async Task A_source_that_sends_something_else_is_named(string page, string type)
    {
        await using var source = await ScriptedUpstream.StartAsync();
        source.AtPage("demo", Replies.Text(page, type));
        (await PromoteAsync(Target.GetUrl("production"), from: source.Url)).MustFail().MustSay($"{source.Url}: ")
            .MustNotSay("Unhandled");
    }

    [Theory]
    [InlineData("https://files.example.org/demo-1.0.tar.gz", "is not on the same server")]
    [InlineData("https://HOST/demo-1.0.tar.gz", "is not on the same server")] // The password would go another way.
    [InlineData("http://[", "is not on the same server")]
    [InlineData("../../files/demo-1.0.tar.gz", "is longer than its page says")]
    public async Task A_source_that_lies_about_a_file_gets_no_password_and_is_not_copied(string url, string message)
    {
        await using var source = await ScriptedUpstream.StartAsync();
        source.AtPage("demo", Replies.Text($$"""
            { "meta": { "api-version": "1.1" }, "name": "demo", "versions": [], "files": [
              { "filename": "demo-1.0.tar.gz", "url": "{{url.Replace("HOST", source.Url.Authority, default)}}",
                "size": 10, "hashes": { "sha256": "{{_wheel.Sha256}}" } } ] }
            """, Replies.Json));
        source.AtFile("demo-1.0.tar.gz", Replies.Bytes(new byte[100_000]));
        (await PromoteAsync(Target.GetUrl("production"), from: source.Url)).MustFail().MustSay(message);
        Assert.Empty(await FilesAsync(Target, "production"));
    }

    [Theory]
    [InlineData("page", "It has more than 32 MiB.")]
    [InlineData("file", "It has more than 2048 MiB.")]
    [InlineData("provenance", "buffer")]
    [InlineData("message", "buffer")]
    public async Task An_endless_source_is_aborted(string what, string message)
    {
        await using var source = await ScriptedUpstream.StartAsync();
        source.Otherwise = what == "message" ? Endless("application/json", 403) : Endless("text/plain", 200);
        source.AtPage("demo", what switch
        {
            "page" => Endless(Replies.Json, 200),
            "message" => source.Otherwise,
            _ => Replies.Text($$"""
                { "meta": { "api-version": "1.3" }, "name": "demo", "versions": [], "files": [
                  { "filename": "{{_wheel.FileName}}", "url": "../../files/{{_wheel.FileName}}",
                    "provenance": {{(what == "provenance" ? "\"https://example.org/provenance\"" : "null")}},
                    "hashes": { "sha256": "{{_wheel.Sha256}}" } } ] }
                """, Replies.Json),
        });
        source.AtFile(
            _wheel.FileName,
            what == "file" ? Endless("application/octet-stream", 200) : Replies.Bytes(_wheel.Bytes));
        (await PromoteAsync(Target.GetUrl("production"), from: source.Url)).MustFail().MustSay($"{source.Url}: ")
            .MustSay(message);
        Assert.Empty(await FilesAsync(Target, "production"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{ \"message\": 7 }")]
    [InlineData("{")]
    public async Task A_failure_without_a_message_is_still_a_failure(string body)
    {
        await using var source = await ScriptedUpstream.StartAsync();
        source.Otherwise = async context =>
        {
            context.Response.StatusCode = 403;
            await Replies.Text(body, "application/json")(context);
        };
        (await PromoteAsync(Target.GetUrl("production"), from: source.Url)).MustFail().MustSay($"{source.Url}: ")
            .MustNotSay("Unhandled");
    }

    [Fact]
    public async Task Messages_of_a_server_are_escaped_for_the_terminal()
    {
        await using var source = await ScriptedUpstream.StartAsync();
        source.Otherwise = async context =>
        {
            context.Response.StatusCode = 403;
            await Replies.Text("{ \"message\": \"no\\u001b[2Jbody\" }", "application/json")(context);
        };
        var result = (await PromoteAsync(Target.GetUrl("production"), from: source.Url)).MustFail();
        Assert.DoesNotContain('\e', result.Error);
        result.MustSay("no\\u001B[2Jbody");
    }

    [Fact]
    public async Task A_failure_reports_what_was_copied_before()
    {
        var second = MadeSdist.Create("demo", "1.0");
        using var uploaded = await TwineForm.SendAsync(
            Source.Http, Source.GetUrl("staging"), second.ToParts().ToContent(),
            TwineForm.Basic("alice", SourcePassword));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var names = (await FilesAsync(Source, "staging"))
            .Select(file => file!["filename"]!.GetValue<string>()).ToList();
        var damaged = Directory.EnumerateFiles(Source.Data, names[1], SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(damaged, new byte[new FileInfo(damaged).Length]);
        (await PromoteAsync(Target.GetUrl("production"))).MustFail().MustSay(names[0])
            .MustSay("1 file was copied before. Run it again to copy the others.");
    }

    /// <summary>Sends blanks, which are no error in JSON, until the client goes.</summary>
    static Reply Endless(string type, int status) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        var blanks = Enumerable.Repeat((byte)' ', 1 << 20).ToArray();
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
    };

    Task<ProgramResult> PromoteAsync(
        Uri to, string version = "1.0", Uri? from = null, string sourcePassword = SourcePassword,
        string targetPassword = TargetPassword) => new ProgramRun(
            PyRepoProgram.Path,
            [
                "promote", "demo", version, "--to", $"{to}", "--to-user", "carol",
                "--url", $"{from ?? Source.GetUrl("staging")}", "--user", "alice",
            ])
        {
            Environment = new Dictionary<string, string>
            {
                ["PYREPO_PASSWORD"] = sourcePassword,
                ["PYREPO_TO_PASSWORD"] = targetPassword,
            },
        }.RunAsync();

    async Task UploadAsync(TestWheel wheel, JsonNode? attestation = null)
    {
        using var form = TwineForm.From(wheel);
        if (attestation is not null)
            form.Add(new StringContent(new JsonArray(attestation).ToJsonString()), "\"attestations\"");
        using var uploaded = await TwineForm.SendAsync(
            Source.Http, Source.GetUrl("staging"), form, TwineForm.Basic("alice", SourcePassword));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
    }

    static async Task<JsonArray> FilesAsync(PyRepoServer server, string repository)
    {
        using var answer = await server.Http.GetAsync(
            new Uri(server.IndexOf(repository), "demo/?format=application/vnd.pypi.simple.v1%2Bjson"));
        return answer.StatusCode is HttpStatusCode.NotFound
            ? []
            : JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["files"]!.AsArray();
    }

    static string Repository(string name, string user, string role) => Manifest.Create(name, $$"""
        { access: { usersSecretRef: { name: users }, grants: [
            { to: [ { anyone: {} } ], role: Reader }, { to: [ { user: {{user}} } ], role: {{role}} } ] } }
        """);

    static string Group(Uri upstream) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: mirror }
        spec: { upstream: { url: "{{upstream}}" } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: production }, { kind: ProxyRepository, name: mirror } ]
          uploadTo: production

        """;
}
