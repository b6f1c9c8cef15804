using System.Text.Json.Nodes;
using EndToEnd.Serving;
using PyRepo.Testing.Sigstore;

namespace EndToEnd.Proxying;

/// <summary>A hosted repository whose files are attested by an instance of Sigstore that nobody else knows.</summary>
public sealed class AttestedUpstream : IAsyncDisposable
{
    const string Repository = "upstream", Password = "a password of alice";

    readonly SigstoreInstance _instance = new();
    readonly PyRepoServer _server;

    AttestedUpstream(PyRepoServer server) => _server = server;

    /// <summary>Its Simple API.</summary>
    public Uri Index => _server.IndexOf(Repository);

    /// <summary>A ConfigMap of the instance's trusted root: <c>root</c>.</summary>
    public string TrustedRoot =>
        Manifest.ConfigMap("root", "trusted_root.json", _instance.GetTrustedRoot().ToJsonString()) + "\n";

    public static async Task<AttestedUpstream> StartAsync() => new(await PyRepoServer.StartAsync(Manifest.All(
        Manifest.Create(Repository, """
            { access: { usersSecretRef: { name: users }, grants: [ { to: [ { anyone: {} } ], role: Reader },
            { to: [ { user: alice } ], role: Maintainer } ] }, attestations: { verify: "Off" } }
            """),
        Manifest.User("users", "alice", Password))));

    /// <summary>Uploads a file.</summary>
    /// <param name="wheel">The file.</param>
    /// <param name="repository">The repository of GitHub that attests it, or null if none does.</param>
    public async Task UploadAsync(TestWheel wheel, string? repository)
    {
        var form = TwineForm.From(wheel);
        if (repository is not null)
            form.Add(new StringContent(new JsonArray(Attest(wheel, repository)).ToJsonString()), "\"attestations\"");
        using var answer = await TwineForm.SendAsync(
            _server.Http, _server.GetUrl(Repository), form, TwineForm.Basic("alice", Password));
        Assert.Equal("OK", answer.ReasonPhrase);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _instance.Dispose();
    }

    JsonObject Attest(TestWheel wheel, string repository) => _instance.Attest(new AttestationRequest
    {
        FileName = wheel.FileName,
        Sha256 = wheel.Sha256,
        Subject = $"https://github.com/{repository}/.github/workflows/release.yml@refs/tags/v1",
        Claims = AttestationRequest.GitHub(repository, "release.yml"),
    });
}
