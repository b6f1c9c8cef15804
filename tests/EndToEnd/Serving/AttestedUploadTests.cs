using System.Net;
using System.Text.Json.Nodes;
using PyRepo.Testing.Sigstore;

namespace EndToEnd.Serving;

/// <summary>
/// Attestations of uploads are verified with the trusted root of an instance of Sigstore that nobody else knows, and a
/// repository may demand them.
/// </summary>
public sealed class AttestedUploadTests : IAsyncLifetime
{
    const string Password = "a password of alice";

    const string Access = "access: { usersSecretRef: { name: users }, grants: ["
        + "{ to: [ { anyone: {} } ], role: Reader }, { to: [ { user: alice } ], role: Maintainer } ] }";

    const string Demanded = "GitHub acme/lib release.yml in pypi";

    readonly SigstoreInstance _instance = new();
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync($$"""
        {{Repository("report", "verify: Report, trustedRootRef: { name: root }")}}
        ---
        {{Repository("unverified", "verify: 'Off', trustedRootRef: { name: root }")}}
        ---
        {{Repository("all", "verify: Require, trustedRootRef: { name: root }")}}
        ---
        {{Repository("some", """
            verify: Require, trustedRootRef: { name: root }, require: [ { projects: [ "acme-*" ], publishers: [
            { kind: GitLab, repository: acme/lib },
            { kind: GitHub, repository: acme/lib, workflow: release.yml, environment: pypi } ] } ]
            """)}}
        ---
        {{Repository("public", "verify: Require")}}
        ---
        {{Manifest.User("users", "alice", Password)}}
        ---
        {{Manifest.ConfigMap("root", "trusted_root.json", _instance.GetTrustedRoot().ToJsonString())}}
        """);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _instance.Dispose();
    }

    [Theory]
    [InlineData("report", false)]
    [InlineData("report", true)]
    [InlineData("all", false)]
    [InlineData("some", true)]
    public async Task The_publisher_is_the_one_of_the_certificate_and_not_who_uploaded(string repository, bool isSecond)
    {
        var wheel = TestWheel.Create("acme-lib", "1.0");
        var attestation = Attest(wheel, r => r with { IsSecondRekor = isSecond });
        using var answer = await UploadAsync(repository, wheel, attestation);
        Assert.Equal("OK", answer.ReasonPhrase);
        Assert.Equal(
            """{"kind":"GitHub","repository":"acme/lib","workflow":"release.yml","environment":"pypi"}""",
            await PublisherAsync(repository, wheel));
    }

    [Fact]
    public async Task What_is_not_proved_is_accepted_and_said_to_be_from_who_uploaded_it_unless_it_is_demanded()
    {
        var (wheel, other) = (TestWheel.Create("acme-lib", "1.0"), TestWheel.Create("acme-lib", "2.0"));
        var forged = Attest(wheel, r => r with { Signed = bytes => [.. bytes, 0] });
        foreach (var repository in (string[])["report", "unverified"])
        {
            using var answer = await UploadAsync(repository, wheel, forged);
            Assert.Equal("OK", answer.ReasonPhrase);
            Assert.Equal("""{"kind":"PyRepo","user":"alice"}""", await PublisherAsync(repository, wheel));
        }
        using var without = await UploadAsync("report", other, null);
        Assert.Equal("OK", without.ReasonPhrase);
        var metrics = await Server.Http.GetStringAsync(new Uri(Server.Management, "metrics"));
        foreach (var line in (string[])["refused\"} 1", "absent\"} 1", "verified\"} 0"])
        {
            Assert.Contains(
                $"pyrepo_provenance_total{{repository=\"report\",verdict=\"{line}", metrics, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, string, string, string> Refusals => new()
    {
        { "all", "lib", "none", "must have an attestation by its publisher, and has none" },
        { "some", "acme-lib", "none", $"must have an attestation by GitLab acme/lib or {Demanded}, and has none" },
        { "all", "lib", "forged", "has an attestation that is not proved (Signature): " },
        { "some", "lib", "forged", "has an attestation that is not proved (Signature): " },
        { "public", "lib", "good", "has an attestation that is not proved (" },
        {
            "some", "acme-lib", "fork",
            $"is attested by GitHub acme/fork release.yml in pypi, but must be by GitLab acme/lib or {Demanded}"
        },
        {
            "some", "acme-lib", "test",
            $"is attested by GitHub acme/lib test.yml in pypi, but must be by GitLab acme/lib or {Demanded}"
        },
        {
            "some", "acme-lib", "elsewhere",
            $"is attested by GitHub acme/lib release.yml, but must be by GitLab acme/lib or {Demanded}"
        },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_upload_that_lacks_what_is_demanded_is_refused_with_what_was_seen(
        string repository, string project, string kind, string message)
    {
        var wheel = TestWheel.Create(project, "1.0");
        using var answer = await UploadAsync(repository, wheel, kind switch
        {
            "none" => null,
            "forged" => Attest(wheel, r => r with { Signed = bytes => [.. bytes, 0] }),
            "fork" => Attest(
                wheel, r => r with { Claims = AttestationRequest.GitHub("acme/fork", "release.yml", "pypi") }),
            "test" => Attest(wheel, r => r with { Claims = AttestationRequest.GitHub("acme/lib", "test.yml", "pypi") }),
            "elsewhere" => Attest(wheel, r => r with { Claims = AttestationRequest.GitHub("acme/lib", "release.yml") }),
            _ => Attest(wheel),
        });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith($"'{wheel.FileName}' {message}", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.Null(await ProjectPage.ReadAsync(Server, repository, project));
    }

    [Fact]
    public async Task A_project_that_no_entry_names_needs_no_attestation()
    {
        using var answer = await UploadAsync("some", TestWheel.Create("lib", "1.0"), null);
        Assert.Equal("OK", answer.ReasonPhrase);
    }

    [Fact]
    public async Task Status_names_the_trusted_root_and_how_new_it_is()
    {
        var status = JsonNode.Parse(await Server.Http.GetStringAsync(new Uri(Server.Management, "status")))!;
        var root = status["repositories"]!.AsArray()
            .Single(each => (string)each!["name"]! == "public")!["trustedRoot"]!;
        Assert.Equal("Sigstore's public instance", (string)root["source"]!);
        Assert.StartsWith("2025-09-23T00:00:00", (string)root["newest"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_is_promoted_only_into_what_its_attestations_satisfy()
    {
        var wheel = TestWheel.Create("acme-lib", "1.0");
        using var good = await UploadAsync("report", wheel, Attest(wheel));
        var plain = TestWheel.Create("acme-plain", "1.0");
        using var unattested = await UploadAsync("report", plain, null);
        using var refused = await PromoteAsync("acme-plain", "some");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Null(await ProjectPage.ReadAsync(Server, "some", "acme-plain"));
        using var promoted = await PromoteAsync("acme-lib", "some");
        Assert.Equal("OK", promoted.ReasonPhrase);
        using var elsewhere = await PromoteAsync("acme-lib", "public");
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Of_a_release_with_a_file_that_is_refused_nothing_is_promoted()
    {
        var wheel = TestWheel.Create("acme-lib", "1.0");
        var plain = TestWheel.Module("acme-lib", "1.0", "'plain'") with { Variant = "-plain" };
        using var good = await UploadAsync("report", wheel, Attest(wheel));
        using var without = await UploadAsync("report", plain, null);
        Assert.Equal("OK", without.ReasonPhrase);
        using var refused = await PromoteAsync("acme-lib", "some");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Null(await ProjectPage.ReadAsync(Server, "some", "acme-lib"));
    }

    [Theory]
    [InlineData("acme/lib", "acme/lib")]
    [InlineData("acme/other", "acme/lib")]
    public async Task Provenance_from_elsewhere_names_the_publisher_that_is_proved_and_not_the_one_that_it_says(
        string said, string expected)
    {
        var wheel = TestWheel.Create("lib", "1.0");
        var provenance = new JsonObject
        {
            ["version"] = 1,
            ["attestation_bundles"] = new JsonArray(new JsonObject
            {
                ["publisher"] = new JsonObject
                {
                    ["kind"] = "GitHub",
                    ["repository"] = said,
                    ["workflow"] = "release.yml",
                    ["environment"] = "pypi",
                    ["claims"] = null,
                },
                ["attestations"] = new JsonArray(Attest(wheel)),
            }),
        };
        using var form = TwineForm.From(wheel);
        form.Add(new StringContent(provenance.ToJsonString()), "\"provenance\"");
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("all"), form, TwineForm.Basic("alice", Password));
        Assert.Equal("OK", answer.ReasonPhrase);
        var publisher = JsonNode.Parse(await PublisherAsync("all", wheel))!.AsObject();
        Assert.Equal(expected, (string)publisher["repository"]!);
        Assert.Equal(said == expected, publisher.ContainsKey("claims"));
    }

    [Fact]
    public async Task What_is_not_proved_is_told_in_the_log()
    {
        var wheel = TestWheel.Create("acme-lib", "1.0");
        using var answer = await UploadAsync(
            "report", wheel, Attest(wheel, r => r with { Signed = bytes => [.. bytes, 0] }));
        await Server.MustLogAsync($"'{wheel.FileName}' has an attestation that is not proved (Signature)");
    }

    static string Repository(string name, string attestations) =>
        Manifest.Create(name, $"{{ {Access}, attestations: {{ {attestations} }} }}");

    JsonObject Attest(TestWheel wheel, Func<AttestationRequest, AttestationRequest>? change = null)
    {
        var request = new AttestationRequest
        {
            FileName = wheel.FileName,
            Sha256 = wheel.Sha256,
            Claims = AttestationRequest.GitHub("acme/lib", "release.yml", "pypi"),
        };
        return _instance.Attest(change?.Invoke(request) ?? request);
    }

    Task<HttpResponseMessage> UploadAsync(string repository, TestWheel wheel, JsonObject? attestation)
    {
        var form = TwineForm.From(wheel);
        if (attestation is not null)
        {
            form.Add(
                new StringContent(new JsonArray(attestation.DeepClone()).ToJsonString()), "\"attestations\"");
        }
        return TwineForm.SendAsync(
            Server.Http, Server.GetUrl(repository), form, TwineForm.Basic("alice", Password));
    }

    async Task<HttpResponseMessage> PromoteAsync(string project, string to)
    {
        using var promotion = new HttpRequestMessage(
            HttpMethod.Post, new Uri(Server.GetUrl("report"), $"api/v1/projects/{project}/releases/1.0/promotion"));
        promotion.Content = new StringContent($"{{\"to\": \"{to}\"}}");
        promotion.Headers.Authorization = TwineForm.Basic("alice", Password);
        return await Server.Http.SendAsync(promotion);
    }

    async Task<string> PublisherAsync(string repository, TestWheel wheel)
    {
        var document = JsonNode.Parse(await Server.Http.GetStringAsync(new Uri(
            Server.GetUrl(repository),
            $"integrity/{wheel.Project}/{wheel.Version}/{wheel.FileName}/provenance")))!;
        return Assert.Single(document["attestation_bundles"]!.AsArray())!["publisher"]!.ToJsonString();
    }
}
