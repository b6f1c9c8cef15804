using System.Net;
using System.Net.Http.Json;
using EndToEnd.Serving;
using PyRepo.Testing.Sigstore;

namespace EndToEnd.Browser;

/// <summary>A server with a repository of some projects, one of many, a private one, and a group. It is not started
/// without a browser.</summary>
public sealed class PagesServer : IAsyncLifetime
{
    /// <summary>The repository of some projects, which anyone reads.</summary>
    public const string Repository = "team";

    /// <summary>The projects of the repository <c>many</c>.</summary>
    public const int Many = 105;

    const string Manifests = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team }, { kind: PythonRepository, name: vault } ]
          uploadTo: team
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData:
          htpasswd: |
            ann:$6$annsalt$Dt1jtyYgFC1CBQM/8V0P2LNC37awnXl7dyp9M11vqrwGZSqPqRWs6k4/huOuccnO7ezdhm2KF.1tuGzuLB5As0
            pat:$6$patsalt$Y57uPOYCRYEoE0xrp.Zr5jdOX/eqH3m3NwELtiDlJtMsYVR/W4vq6AinE8q/q2/qkvHj7n4husvkQ05NbXcHi/
            ray:$6$raysalt$xyPfLCW30JFhntlxTG7cd7JUrf0m/YbQvnV5tkiSiaI/iAQ/GD2cBbYs7qoY.4fUFF.teSMDAXH9GS6mBxgpV.

        """;

    const string Grants = """
        { downloadLog: { keepFor: 90d }, access: { usersSecretRef: { name: users }, grants: [
          { to: [ { user: ann } ], role: Auditor },
          { to: [ { user: ann } ], role: Maintainer },
          { to: [ { user: pat } ], role: Publisher, projects: [ "by-*" ] },
          { to: [ { user: ray } ], role: Reader } ] } }
        """;

    readonly SigstoreInstance _instance = new();
    PyRepoServer? _server;

    /// <summary>The wheel of acme-lib 2.0.</summary>
    public static TestWheel AcmeLib { get; } = TestWheel.Create("acme-lib", "2.0", metadata: SampleProjects.Markdown);

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>The front page of the repository.</summary>
    public Uri FrontPage => PageAt("team/");

    /// <summary>The Maintainer of the repository.</summary>
    public View Publisher => GetPublisher(Repository);

    /// <summary>Who maintains the private repository.</summary>
    public static View Ann { get; } = new() { User = "ann", Password = "ann-maintains" };

    /// <summary>Who uploads to the private repository.</summary>
    public static View Pat { get; } = new() { User = "pat", Password = "pat-publishes" };

    /// <summary>Who only reads the private repository.</summary>
    public static View Ray { get; } = new() { User = "ray", Password = "ray-reads" };

    /// <summary>The Maintainer of a repository that has a generated password.</summary>
    public View GetPublisher(string repository) =>
        new() { User = "publisher", Password = Server.GetPassword(repository) };

    /// <summary>A page of the server.</summary>
    public Uri PageAt(string path) => new(Server.Url, path);

    /// <summary>Uploads a source distribution to a repository that has a generated password.</summary>
    public async Task MustTakeAsync(MadeSdist sdist, string repository = Repository)
    {
        using var answer = await TwineForm.SendAsync(Server, repository, sdist.ToParts().ToContent());
        Assert.True(answer.IsSuccessStatusCode, $"{sdist.FileName}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Sends a change to the API, as the Maintainer of the repository.</summary>
    public async Task MustChangeAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, PageAt($"team/api/v1/projects/{path}"));
        request.Headers.Authorization = TwineForm.Publisher(Server, Repository);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await Server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Chromium.Program is null)
            return;
        _server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create(Repository), Manifest.Create("many"), Manifest.Create("asleep", "{ suspend: true }"),
            Manifest.Create("throttled", Grants), Manifest.Create("fresh"),
            Manifest.Create("vault", Grants), Manifests,
            Manifest.Create("attested", "{ attestations: { trustedRootRef: { name: root } } }"),
            Manifest.ConfigMap("root", "trusted_root.json", _instance.GetTrustedRoot().ToJsonString()) + "\n",
            Manifest.Create("old", "{ retention: { keepVersions: 1 } }"),
            Manifest.Create("older", "{ retention: { keepVersions: 1 } }"),
            Manifest.Create("oldest", "{ retention: { keepVersions: 1 } }")));
        foreach (var sdist in SampleProjects.All)
            await MustTakeAsync(sdist);
        await _server.MustTakeAsync(Repository, AcmeLib);
        await MustTakeAttestedAsync(TestWheel.Create("acme-lib", "1.0"));
        await MustChangeAsync(
            HttpMethod.Put, "acme-lib/releases/1.1/yank", new { reason = "It deletes what it should keep." });
        await Parallel.ForAsync(0, Many, async (number, _) =>
            await _server.MustTakeAsync("many", TestWheel.Create($"tiny-{number:000}", "1.0")));
        Assert.Equal(HttpStatusCode.OK, await _server.UploadStatusAsync(
            "vault", TestWheel.Create("secret-plans", "1.0"), TwineForm.Basic(Ann.User!, Ann.Password!)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _instance.Dispose();
    }

    async Task MustTakeAttestedAsync(TestWheel wheel)
    {
        var attestation = _instance.Attest(
            new AttestationRequest { FileName = wheel.FileName, Sha256 = wheel.Sha256 });
        var form = TwineForm.From(wheel);
        form.Add(new StringContent($"[{attestation.ToJsonString()}]"), "\"attestations\"");
        using var answer = await TwineForm.SendAsync(Server, "attested", form);
        Assert.True(answer.IsSuccessStatusCode, $"{wheel.FileName}: {await answer.Content.ReadAsStringAsync()}");
    }
}
