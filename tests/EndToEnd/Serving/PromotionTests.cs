using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using PyRepo.Testing;

namespace EndToEnd.Serving;

/// <summary><c>pyrepo promote</c>: a release goes from one repository of a server to another.</summary>
public sealed class PromotionTests : IAsyncLifetime
{
    const string Password = "a password of alice";
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync($$"""
            {{Repository("staging", "{ user: alice }", "Maintainer")}}
            ---
            {{Repository("production", "{ user: alice }", "Maintainer")}}
            ---
            {{Repository("published", "{ user: alice }", "Publisher")}}
            ---
            {{Repository("bobs", "{ user: bob }", "Maintainer", readers: "{ user: bob }")}}
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

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

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
        await Server.MustLogAsync(
            "alice promoted to production 'demo 1.0' in 'staging', as spec.access.grants[1] allows");
    }

    [Fact]
    public async Task Variant_wheels_and_the_list_of_them_are_promoted_and_the_list_may_grow()
    {
        foreach (var label in (string[])["null", "x86_64_v3"])
        {
            using var variant = await UploadAsync(
                "staging", TestWheel.Module("demo", "1.0", $"'{label}'") with { Variant = $"-{label}" });
            Assert.Equal(HttpStatusCode.OK, variant.StatusCode);
            using var list = await TwineForm.SendAsync(
                Server.Http, Server.GetUrl("staging"),
                TwineForm.From("demo", "1.0", $$"""{ "variants": { "null": {}, "{{label}}": {} } }"""),
                TwineForm.Basic("alice", Password));
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
            (await PromoteAsync("production")).MustSucceed();
        }
        string[] files =
        [
            "demo-1.0-py3-none-any-null.whl", "demo-1.0-py3-none-any-x86_64_v3.whl", "demo-1.0-py3-none-any.whl",
            "demo-1.0-variants.json",
        ];
        var here = (await FilesAsync("staging")).ToDictionary(GetFileName, file => file!["hashes"]!.ToJsonString());
        var there = (await FilesAsync("production")).ToDictionary(GetFileName, file => file!["hashes"]!.ToJsonString());
        Assert.Equal(files, here.Keys.Order(StringComparer.Ordinal));
        Assert.All(here, file => Assert.Equal(file.Value, there[file.Key]));

        static string GetFileName(JsonNode? file) => file!["filename"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_file_with_other_bytes_in_the_target_repository_is_kept()
    {
        using var uploaded = await UploadAsync("production", TestWheel.Module("demo", "1.0", "another = True"));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        (await PromoteAsync("production")).MustFail().MustSay("File already exists");
    }

    [Theory]
    [InlineData("closed", "may not do this with 'demo' in 'closed'")]
    [InlineData("published", "Only a Maintainer of 'demo' may say when a file was uploaded before")]
    [InlineData("bobs", "There is no repository 'bobs' on this server")]
    [InlineData("nowhere", "There is no repository 'nowhere' on this server")]
    [InlineData("staging", "There is no repository 'staging' on this server")]
    public async Task Promotion_without_permission_or_of_a_missing_release_is_refused(string to, string message) =>
        (await PromoteAsync(to)).MustFail().MustSay(message);

    [Fact]
    public async Task A_promotion_may_not_claim_what_an_upload_may_not()
    {
        using var form = TwineForm.From(TestWheel.Create("demo", "2.0"));
        form.Add(new StringContent("2001-01-01T00:00:00Z"), "\"upload_time\"");
        using var staged = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("staging"), form, TwineForm.Basic("alice", Password));
        Assert.Equal(HttpStatusCode.OK, staged.StatusCode);
        (await RunAsync("promote", "demo", "2.0", "--to", "published"))
            .MustFail().MustSay("Only a Maintainer of 'demo'");
        using var page = await Server.Http.GetAsync(new Uri(Server.IndexOf("published"), "demo/"));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task A_repository_that_the_caller_may_not_read_is_named_neither_in_a_refusal_nor_on_a_page()
    {
        Assert.DoesNotContain("bobs", $"{(await PromoteAsync("nowhere")).MustFail()}", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(Server.GetUrl("staging"), "project/demo/1.0/?tab=manage"))
        {
            Headers = { Authorization = TwineForm.Basic("alice", Password) },
        };
        using var answer = await Server.Http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("<option value=\"production\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("bobs", page, StringComparison.Ordinal);
        // There alice is no Maintainer, and every promotion would be 403.
        Assert.DoesNotContain("published", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_yanked_release_is_not_promoted()
    {
        (await RunAsync("yank", "demo", "1.0")).MustSucceed();
        (await PromoteAsync("production")).MustFail().MustSay("demo 1.0 is yanked");
    }

    [Fact]
    public async Task A_release_with_one_yanked_file_is_not_promoted()
    {
        (await RunAsync("yank", "demo", "1.0")).MustSucceed();
        using var uploaded = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("staging"), MadeSdist.Create("demo", "1.0").ToParts().ToContent(),
            TwineForm.Basic("alice", Password));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        (await PromoteAsync("production")).MustFail().MustSay("demo 1.0 is yanked (demo-1.0-py3-none-any.whl)");
    }

    [Theory]
    [InlineData("upload_time", "2999-01-01T00:00:00Z", "is not a time of the past")]
    [InlineData("upload_time", "yesterday", "is not a time of the past")]
    [InlineData("provenance", "{}", "they are no provenance object of version 1")]
    [InlineData("provenance", """{ "version": 1, "attestation_bundles": [] }""", "there are none")]
    [InlineData(
        "provenance", """{ "version": 1, "attestation_bundles": [ { "attestations": [] } ] }""",
        "a bundle does not say of what kind its 'publisher' is")]
    [InlineData(
        "provenance", """{ "version": 1, "attestation_bundles": [ { "publisher": 7, "attestations": [] } ] }""",
        "a bundle does not say of what kind its 'publisher' is")]
    public async Task Metadata_that_a_Maintainer_sets_must_be_plausible(string field, string value, string message)
    {
        using var form = TwineForm.From(TestWheel.Create("demo", "3.0"));
        form.Add(new StringContent(value), $"\"{field}\"");
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("staging"), form, TwineForm.Basic("alice", Password));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, answer.ReasonPhrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_of_the_server_from_which_a_release_comes_may_be_a_little_ahead()
    {
        using var form = TwineForm.From(TestWheel.Create("demo", "3.0"));
        var ahead = DateTime.UtcNow.AddMinutes(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        form.Add(new StringContent(ahead), "\"upload_time\"");
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("staging"), form, TwineForm.Basic("alice", Password));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var uploaded = (await FilesAsync("staging")).Single(
            file => file!["filename"]!.GetValue<string>().Contains("3.0", StringComparison.Ordinal))!["upload-time"]!;
        Assert.True(uploaded.GetValue<DateTime>().ToUniversalTime() <= DateTime.UtcNow, $"{uploaded}");
    }

    Task<ProgramResult> PromoteAsync(string to) => RunAsync("promote", "demo", "1.0", "--to", to);

    Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(PyRepoProgram.Path, [.. arguments, "--url", $"{Server.GetUrl("staging")}", "--user", "alice"])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = Password },
        }.RunAsync();

    async Task<JsonNode> FileAsync(string repository) => (await FilesAsync(repository)).Single()!;

    async Task<JsonArray> FilesAsync(string repository)
    {
        var page = new Uri(Server.IndexOf(repository), "demo/?format=application/vnd.pypi.simple.v1%2Bjson");
        return JsonNode.Parse(await Server.Http.GetStringAsync(page))!["files"]!.AsArray();
    }

    async Task<HttpResponseMessage> UploadAsync(string repository, TestWheel wheel) => await Server.Http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, Server.GetUrl(repository))
        {
            Content = TwineForm.From(wheel),
            Headers = { Authorization = TwineForm.Basic("alice", Password) },
        });

    static string Repository(string name, string to, string role, string readers = "{ anyone: {} }") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec:
          access:
            usersSecretRef: { name: users }
            grants:
            - { to: [ {{readers}} ], role: Reader }
            - { to: [ {{to}} ], role: {{role}} }
        """;
}
