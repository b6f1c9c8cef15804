using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Testing;

namespace EndToEnd.Clients;

/// <summary>
/// Jobs that upload with nothing but the token of their identity provider. twine does this only for PyPI's own hosts.
/// </summary>
public sealed class TrustedPublishingTests : IDisposable
{
    readonly ClientHome _home = new();
    readonly TlsFiles _files = new();
    readonly TestIssuer _issuer = new();
    readonly ITestOutputHelper _output;

    public TrustedPublishingTests(ITestOutputHelper output)
    {
        _output = output;
        _home.Environment["SSL_CERT_FILE"] = _files.AuthorityFile;
        _home.Environment["GITLAB_CI"] = "true";
    }

    public void Dispose()
    {
        _home.Dispose();
        _files.Dispose();
        _issuer.Dispose();
    }

    [ClientFact]
    public async Task Uv_publishes_with_the_token_of_a_job_and_then_burns_the_minted_one()
    {
        await using var server = await PyRepoServer.StartWithTlsAsync(Manifest, _files);
        await PublishesAsync(server, "uv");
        server.ShowLog(_output);
        await server.MustLogAsync("Issued a token for trusted publishing to 'project_path:acme/lib'");
        await server.MustLogAsync("Revoked a token for trusted publishing of 'project_path:acme/lib'");
        await server.MustLogAsync("gitlab:project_path:acme/lib uploaded 'lib-1.0-py3-none-any.whl' in 'team', as "
            + "spec.access.grants[1] allows");
    }

    [ClientFact]
    public async Task Attestations_of_uv_in_a_job_are_kept_with_the_job_as_publisher()
    {
        await using var server = await PyRepoServer.StartWithTlsAsync(Manifest, _files);
        _home.Environment["PYREPO_ID_TOKEN"] = _issuer.GetToken(
            ("project_path", "acme/lib"), ("ci_config_ref_uri", "gitlab.example/acme/lib//.gitlab-ci.yml@refs/tags/1"),
            ("environment", "release"));
        var wheel = Wheel("lib");
        var attestation = MadeAttestation.From(Path.GetFileName(wheel), TestWheel.Create("lib", "1.0").Sha256);
        await File.WriteAllTextAsync($"{wheel}.publish.attestation", attestation.ToJsonString());
        (await UvAsync(server, Path.Combine(Path.GetDirectoryName(wheel)!, "*"))).MustSucceed();
        var document = JsonNode.Parse(await server.Http.GetStringAsync(
            new Uri(server.GetUrl("team"), $"integrity/lib/1.0/{Path.GetFileName(wheel)}/provenance")))!;
        var bundle = document["attestation_bundles"]![0]!;
        Assert.Equal(
            "{\"kind\":\"GitLab\",\"repository\":\"acme/lib\",\"workflow_filepath\":\".gitlab-ci.yml\","
            + "\"environment\":\"release\"}", bundle["publisher"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(attestation, bundle["attestations"]![0]));
    }

    [ClientFact]
    public async Task Pdm_publishes_with_the_token_of_a_job()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        await PublishesAsync(server, "pdm");
        server.ShowLog(_output);
    }

    [ClientFact]
    public async Task A_job_whose_claims_match_no_grant_cannot_publish()
    {
        await using var server = await PyRepoServer.StartWithTlsAsync(Manifest, _files);
        _home.Environment["PYREPO_ID_TOKEN"] = _issuer.GetToken(("project_path", "evil/lib"));
        var wheel = Wheel("lib");
        (await UvAsync(server, wheel)).MustFail().MustSay("no grant");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, "simple/lib/"));
    }

    [Fact]
    public async Task A_minted_token_allows_what_its_grant_says_until_it_is_burned()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        var jwt = _issuer.GetToken(("project_path", "acme/lib"), ("sub", "project_path:acme/lib"));
        Assert.Equal("pyrepo", (await server.Http.GetFromJsonAsync<JsonElement>(
            new Uri(server.Url, "_/oidc/audience"))).GetProperty("audience").GetString());
        var minted = await MintAsync(server, jwt);
        Assert.Equal(HttpStatusCode.OK, minted.Status);
        var token = minted.Body.GetProperty("token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, "lib", token));
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync(server, "other", token));

        Assert.Equal("invalid-reuse-token", (await MintAsync(server, jwt)).Code);
        using (var burned = await server.Http.PostAsJsonAsync(new Uri(server.Url, "_/oidc/burn-token"), new { token }))
            Assert.Equal(HttpStatusCode.Accepted, burned.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(server, "lib", token));
        Assert.DoesNotContain(token, server.LogText(), StringComparison.Ordinal);
        Assert.DoesNotContain(jwt.Split('.')[2], server.LogText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_endpoints_that_are_discovered_give_a_token_that_uploads()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        var found = await server.Http.GetFromJsonAsync<JsonElement>(
            new Uri(server.Url, ".well-known/pytp?discover=%2Fteam%2F"));
        var (audience, mint) = (
            found.GetProperty("audience-endpoint").GetString()!, found.GetProperty("token-mint-endpoint").GetString()!);
        Assert.Equal(new Uri(server.Url, "team/_/oidc/audience").AbsoluteUri, audience);
        Assert.Equal(
            "pyrepo", (await server.Http.GetFromJsonAsync<JsonElement>(audience)).GetProperty("audience").GetString());
        using var minted = await server.Http.PostAsJsonAsync(
            mint, new { token = _issuer.GetToken(("project_path", "acme/lib")) });
        var token = (await minted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, "lib", token));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, ".well-known/pytp?discover=%2Fnone%2F"));
    }

    [Fact]
    public async Task Minted_and_burned_tokens_survive_a_restart()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        var kept = (await MintAsync(server, _issuer.GetToken(("project_path", "acme/lib")))).Body
            .GetProperty("token").GetString()!;
        var ended = (await MintAsync(server, _issuer.GetToken(("project_path", "acme/lib")))).Body
            .GetProperty("token").GetString()!;
        using (var burned = await server.Http.PostAsJsonAsync(
            new Uri(server.Url, "_/oidc/burn-token"), new { token = ended }))
        {
            Assert.Equal(HttpStatusCode.Accepted, burned.StatusCode);
        }
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, "lib", kept));
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(server, "lib", ended));
    }

    [Fact]
    public async Task The_token_of_a_job_works_as_a_password_but_not_with_another_key_or_audience()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(
            server, "lib", _issuer.GetToken(("project_path", "acme/lib"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(
            server, "lib", _issuer.GetToken(("project_path", "acme/lib"), ("aud", "pypi"))));
        using var other = new TestIssuer();
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(
            server, "lib", other.GetToken(("project_path", "acme/lib"), ("iss", _issuer.Url))));
    }

    string Manifest => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          access:
            identityProviders: [ { name: gitlab, issuer: "{{_issuer.Url}}", audience: pyrepo } ]
            grants:
            - { to: [ { anyone: {} } ], role: Reader }
            - to: [ { identity: { provider: gitlab, claims: { project_path: acme/lib } } } ]
              role: Publisher
              projects: [ lib ]
        """;

    async Task PublishesAsync(PyRepoServer server, string client)
    {
        _home.Environment["PYREPO_ID_TOKEN"] =
            _issuer.GetToken(("project_path", "acme/lib"), ("sub", "project_path:acme/lib"));
        if (client == "uv")
        {
            (await UvAsync(server, Wheel("lib"))).MustSucceed();
        }
        else
        {
            var project = await new PythonProject(_home, "lib", BuildBackend.PdmBackend).Write("x").BuildAsync();
            (await _home.RunInAsync(
                project.Folder, "pdm", "publish", "--no-build", "--repository", $"{server.GetUrl("team")}"))
                .MustSucceed();
        }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "simple/lib/"));
    }

    Task<ProgramResult> UvAsync(PyRepoServer server, string wheel) =>
        _home.RunAsync("uv", "publish", "--publish-url", $"{server.GetUrl("team")}", wheel);

    string Wheel(string project)
    {
        var wheel = TestWheel.Create(project, "1.0");
        var path = Path.Combine(_home.Folder("dist"), wheel.FileName);
        File.WriteAllBytes(path, wheel.Bytes);
        return path;
    }

    static async Task<HttpStatusCode> StatusAsync(PyRepoServer server, string path)
    {
        using var answer = await server.Http.GetAsync(new Uri(server.GetUrl("team"), path));
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> UploadAsync(PyRepoServer server, string project, string token)
    {
        using var answer = await TwineForm.SendAsync(
            server.Http, server.GetUrl("team"), TwineForm.From(TestWheel.Create(project, "1.0")),
            TwineForm.Basic("__token__", token));
        return answer.StatusCode;
    }

    static async Task<(HttpStatusCode Status, JsonElement Body, string? Code)> MintAsync(
        PyRepoServer server, string token)
    {
        using var answer = await server.Http.PostAsJsonAsync(
            new Uri(server.Url, "_/oidc/mint-token"), new { token });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var code = body.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("code").GetString() : null;
        return (answer.StatusCode, body, code);
    }
}
