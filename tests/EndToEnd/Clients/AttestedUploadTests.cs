using System.Text.Json.Nodes;
using EndToEnd.Serving;
using PyRepo.Testing.Sigstore;

namespace EndToEnd.Clients;

/// <summary>twine and uv publish to a repository that demands a publisher, whose Sigstore is the tests' own.</summary>
public sealed class AttestedUploadTests : IAsyncLifetime
{
    readonly SigstoreInstance _instance = new();
    readonly ClientHome _home = new();
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync($$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          attestations:
            verify: Require
            trustedRootRef: { name: root }
            require:
            - projects: [ "acme-*" ]
              publishers: [ { kind: GitHub, repository: acme/lib, workflow: release.yml } ]
        ---
        {{Manifest.ConfigMap("root", "trusted_root.json", _instance.GetTrustedRoot().ToJsonString())}}
        """);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _home.Dispose();
        _instance.Dispose();
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    public async Task An_upload_with_the_demanded_publishers_attestation_is_taken_and_another_refused(string client)
    {
        var wheel = TestWheel.Create("acme-lib", "1.0");
        var path = Path.Combine(_home.Folder("dist"), wheel.FileName);
        await File.WriteAllBytesAsync(path, wheel.Bytes);
        (await PublishAsync(client, path)).MustFail().MustSay(
            "must have an attestation by GitHub acme/lib release.yml, and has none");

        await AttestAsync(path, wheel, "acme/fork");
        (await PublishAsync(client, path, $"{path}.publish.attestation")).MustFail().MustSay(
            "is attested by GitHub acme/fork release.yml, but must be by GitHub acme/lib release.yml");

        await AttestAsync(path, wheel, "acme/lib");
        (await PublishAsync(client, path, $"{path}.publish.attestation")).MustSucceed();
        var provenance = JsonNode.Parse(await Server.Http.GetStringAsync(new Uri(
            Server.GetUrl("team"), $"integrity/acme-lib/1.0/{wheel.FileName}/provenance")))!;
        Assert.Equal("acme/lib", (string)provenance["attestation_bundles"]![0]!["publisher"]!["repository"]!);
    }

    Task AttestAsync(string path, TestWheel wheel, string repository) => File.WriteAllTextAsync(
        $"{path}.publish.attestation",
        _instance.Attest(new AttestationRequest
        {
            FileName = wheel.FileName,
            Sha256 = wheel.Sha256,
            Claims = AttestationRequest.GitHub(repository, "release.yml"),
        }).ToJsonString());

    Task<ProgramResult> PublishAsync(string client, params string[] files)
    {
        string[] publish = client == "uv"
            ? ["publish", "--publish-url"]
            : files.Length > 1 ? ["upload", "--attestations", "--repository-url"] : ["upload", "--repository-url"];
        return _home.RunAsync(client, [
            .. publish, $"{Server.GetUrl("team")}", "-u", "publisher", "-p", Server.GetPassword("team"), .. files]);
    }
}
