using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Proxying;
using PyRepo.Testing;

namespace EndToEnd.Serving;

/// <summary>Attestations of PEP 740: uploaded, kept, served, promoted, and read through proxies and groups.</summary>
public sealed class ProvenanceTests : IAsyncLifetime
{
    const string Password = "a password of alice";

    const string Spec = "{ access: { usersSecretRef: { name: users }, grants: ["
        + "{ to: [ { anyone: {} } ], role: Reader }, { to: [ { user: alice } ], role: Maintainer } ] } }";

    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync($"""
            {Manifest.Create("team", Spec)}
            ---
            {Manifest.Create("production", Spec)}
            ---
            {Manifest.User("users", "alice", Password)}
            ---
            {ProxyManifest.Group("all", ["PythonRepository/team"])}
            """);
        using var uploaded = await UploadAsync(MadeAttestation.From(_wheel.FileName, _wheel.Sha256));
        Assert.True(uploaded.StatusCode == HttpStatusCode.OK, uploaded.ReasonPhrase);
        using var plain = await SendAsync(TwineForm.From(TestWheel.Create("plain", "1.0")));
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [InlineData("team")]
    [InlineData("all")]
    public async Task A_page_links_to_the_uploaded_attestations_and_their_publisher(string repository)
    {
        var url = await ProvenanceOfAsync(repository);
        Assert.Equal(new Uri(Server.GetUrl(repository), $"integrity/demo/1.0/{_wheel.FileName}/provenance"), url);
        using var answer = await Server.Http.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/vnd.pypi.integrity.v1+json", $"{answer.Content.Headers.ContentType}");
        Assert.Equal("public, max-age=600", $"{answer.Headers.CacheControl}");
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var bundle = document["attestation_bundles"]![0]!;
        Assert.Equal("{\"kind\":\"PyRepo\",\"user\":\"alice\"}", bundle["publisher"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(
            MadeAttestation.From(_wheel.FileName, _wheel.Sha256), bundle["attestations"]![0]));
    }

    [Fact]
    public async Task Links_have_the_host_that_a_client_asked_and_dated_and_html_pages_have_them_too()
    {
        foreach (var host in (string[])["one.localhost", "two.localhost", "one.localhost"])
        {
            Assert.Equal(host, new Uri((await FileAsync("team", host: host))["provenance"]!.ToString()).Host);
            Assert.Contains(
                $"data-provenance=\"http://{host}/team/integrity/demo/1.0/", await HtmlAsync("simple/demo/", host),
                StringComparison.Ordinal);
        }
        Assert.Contains(
            "data-provenance", await HtmlAsync("@2999-01-01/simple/demo/", "one.localhost"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_attestations_has_no_link_and_the_integrity_api_says_so()
    {
        Assert.Null((await FileAsync("team", project: "plain"))["provenance"]);
        foreach (var path in (string[])[
            "plain/1.0/plain-1.0-py3-none-any.whl", $"demo/2.0/{_wheel.FileName}", "demo/1.0/demo-9-py3-none-any.whl",
            "nothing/1/nothing-1.tar.gz"])
        {
            using var answer = await Server.Http.GetAsync(
                new Uri(Server.GetUrl("team"), $"integrity/{path}/provenance"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains(
                $"No provenance available for {path.Split('/')[^1]}", await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("application/vnd.pypi.integrity.v1+json", "application/vnd.pypi.integrity.v1+json")]
    [InlineData("application/json", "application/json")]
    [InlineData("text/html, */*;q=0.8", "application/vnd.pypi.integrity.v1+json")]
    [InlineData("text/html", null)]
    public async Task The_type_is_what_the_client_accepts(string accepted, string? type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await ProvenanceOfAsync("team"));
        request.Headers.Add("Accept", accepted);
        using var answer = await Server.Http.SendAsync(request);
        Assert.Equal(type is null ? HttpStatusCode.NotAcceptable : HttpStatusCode.OK, answer.StatusCode);
        if (type is not null)
            Assert.Equal(type, $"{answer.Content.Headers.ContentType}");
    }

    public static TheoryData<string, string> Invalid => new()
    {
        { "nonsense", "they are not valid JSON" },
        { "[]", "the array is empty" },
        { "[\"\\ud800\"]", "they are not valid JSON" },
        { Text(MadeAttestation.From("demo-2.0-py3-none-any.whl", _wheel.Sha256)), "a statement is about" },
        {
            Text(MadeAttestation.From("other-1.0-py3-none-any.whl", new string('0', 64))),
            "a statement has the SHA-256 0000"
        },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task A_file_with_attestations_of_another_file_is_rejected(string attestations, string problem)
    {
        var wheel = TestWheel.Create("other", "1.0");
        using var form = TwineForm.From(wheel);
        form.Add(new StringContent(attestations), "\"attestations\"");
        using var answer = await SendAsync(form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(
            $"Invalid attestations supplied during upload: {problem}", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.Null(await ProjectPage.ReadAsync(Server, "team", "other"));
    }

    /// <summary>As docs/storage.md says: to repair a file, upload it again.</summary>
    [Fact]
    public async Task Uploading_again_repairs_a_damaged_file_and_keeps_its_first_attestations()
    {
        var before = await Server.Http.GetStringAsync(await ProvenanceOfAsync("team"));
        await Server.StopAsync();
        var kept = Assert.Single(ProvenanceFiles());
        File.Delete(kept[..^".provenance".Length]);
        await Server.StartAgainAsync();
        using (var again = await SendAsync(TwineForm.From(_wheel)))
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(before, await Server.Http.GetStringAsync(await ProvenanceOfAsync("team")));

        await Server.StopAsync();
        await File.WriteAllTextAsync(Assert.Single(ProvenanceFiles()), "damaged");
        await Server.StartAgainAsync();
        using (var damaged = await Server.Http.GetAsync(await ProvenanceOfAsync("team")))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, damaged.StatusCode);
            Assert.Contains(
                "Upload the file again, with its attestations", damaged.ReasonPhrase, StringComparison.Ordinal);
        }
        using (var again = await UploadAsync(MadeAttestation.From(_wheel.FileName, _wheel.Sha256)))
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(before, await Server.Http.GetStringAsync(await ProvenanceOfAsync("team")));
    }

    [Fact]
    public async Task A_file_name_too_long_for_attestations_is_accepted_only_without_them()
    {
        var wheel = TestWheel.Create(new string('a', 200), $"1{string.Concat(Enumerable.Repeat(".0", 14))}");
        Assert.InRange(wheel.FileName.Length, 245, 255);
        using (var form = TwineForm.From(wheel))
        {
            form.Add(new StringContent(Text(MadeAttestation.From(wheel.FileName, wheel.Sha256))), "\"attestations\"");
            using var refused = await SendAsync(form);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("too long", refused.ReasonPhrase, StringComparison.Ordinal);
        }
        using var taken = await SendAsync(TwineForm.From(wheel));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task Attestations_survive_a_restart_follow_a_promotion_and_are_deleted_with_the_file()
    {
        await Server.KillAsync();
        await Server.StartAgainAsync();
        var before = await Server.Http.GetStringAsync(await ProvenanceOfAsync("team"));
        using (var promotion = new HttpRequestMessage(
            HttpMethod.Post, new Uri(Server.GetUrl("team"), "api/v1/projects/demo/releases/1.0/promotion")))
        {
            promotion.Content = new StringContent("{\"to\": \"production\"}");
            promotion.Headers.Authorization = TwineForm.Basic("alice", Password);
            using var promoted = await Server.Http.SendAsync(promotion);
            Assert.Equal("OK", promoted.ReasonPhrase);
            Assert.Equal(before, await Server.Http.GetStringAsync(await ProvenanceOfAsync("production")));
        }
        Assert.Single(ProvenanceFiles());
        using var deletion = new HttpRequestMessage(
            HttpMethod.Delete, new Uri(Server.GetUrl("team"), "api/v1/projects/demo?purge=true"));
        deletion.Headers.Authorization = TwineForm.Basic("alice", Password);
        using var deleted = await Server.Http.SendAsync(deletion);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(ProvenanceFiles());
    }

    [Fact]
    public async Task A_proxy_links_to_attestations_itself_and_keeps_them_while_upstream_is_down()
    {
        await using var proxy = await PyRepoServer.StartAsync($"""
            {ProxyManifest.Proxy("cache", Server.IndexOf("team"))}
            ---
            {ProxyManifest.Group("all", ["ProxyRepository/cache"])}
            """);
        var url = new Uri((await FileAsync("cache", proxy))["provenance"]!.ToString());
        Assert.Equal(new Uri(proxy.GetUrl("cache"), $"integrity/demo/1.0/{_wheel.FileName}/provenance"), url);
        var original = await Server.Http.GetStringAsync(await ProvenanceOfAsync("team"));
        Assert.Equal(original, await proxy.Http.GetStringAsync(url));
        await Server.StopAsync();
        Assert.Equal(original, await proxy.Http.GetStringAsync(url));
        await proxy.StopAsync();
        await proxy.StartAgainAsync();
        var grouped = new Uri((await FileAsync("all", proxy))["provenance"]!.ToString());
        Assert.Equal(original, await proxy.Http.GetStringAsync(grouped));
        await Server.StartAgainAsync();
    }

    Task<HttpResponseMessage> UploadAsync(JsonObject attestation)
    {
        var form = TwineForm.From(_wheel);
        form.Add(new StringContent(Text(attestation)), "\"attestations\"");
        return SendAsync(form);
    }

    Task<HttpResponseMessage> SendAsync(HttpContent form) => TwineForm.SendAsync(
        Server.Http, Server.GetUrl("team"), form, TwineForm.Basic("alice", Password));

    static string Text(JsonObject attestation) => new JsonArray(attestation).ToJsonString();

    string[] ProvenanceFiles() =>
        Directory.GetFiles(Server.GetFolder("team"), "*.provenance", SearchOption.AllDirectories);

    async Task<Uri> ProvenanceOfAsync(string repository) =>
        new((await FileAsync(repository))["provenance"]!.ToString());

    async Task<JsonNode> FileAsync(
        string repository, PyRepoServer? server = null, string project = "demo", string? host = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri((server ?? Server).IndexOf(repository), $"{project}/"));
        request.Headers.Add("Accept", "application/vnd.pypi.simple.v1+json");
        request.Headers.Host = host;
        using var answer = await Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["files"]![0]!;
    }

    async Task<string> HtmlAsync(string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.GetUrl("team"), path));
        request.Headers.Host = host;
        using var answer = await Server.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
