using EndToEnd.Clients;
using EndToEnd.Examples;
using EndToEnd.Proxying;

namespace EndToEnd.Pages;

/// <summary>
/// What the pages call <c>https://pypi.example.com</c>: the repository <c>team</c>, which alice maintains and everybody
/// else with a password reads, a proxy of what plays PyPI, and a group of both.
/// </summary>
public sealed class CompanyIndex : IAsyncDisposable
{
    const string Users = "examples/download-log/packages.yaml";

    /// <summary>The passwords that the examples have, too.</summary>
    public const string PasswordOfAlice = "correct-horse", PasswordOfBob = "battery-staple";

    /// <summary>The password of the auditor.</summary>
    public const string PasswordOfAudrey = "correct-battery";

    readonly MirrorUpstream _public;

    CompanyIndex(MirrorUpstream upstream, PyRepoServer server) => (_public, Server) = (upstream, server);

    /// <summary>The server.</summary>
    public PyRepoServer Server { get; }

    /// <summary>Starts it.</summary>
    public static async Task<CompanyIndex> StartAsync()
    {
        var upstream = await PublicIndex.StartAsync(
            "urllib3-1.25-py2.py3-none-any.whl", "urllib3-1.25.tar.gz", "urllib3-2.8.0-py3-none-any.whl");
        var example = SourceTree.Read(Users);
        var secret = example[example.LastIndexOf("apiVersion: v1", StringComparison.Ordinal)..];
        return new(upstream, await PyRepoServer.StartAsync($$"""
            apiVersion: pyrepo.dev/v1beta1
            kind: PythonRepository
            metadata: { name: team }
            spec:
              downloadLog: { keepFor: 90d }
              access:
                usersSecretRef: { name: team-users }
                grants:
                - { to: [ { authenticated: {} } ], role: Reader }
                - { to: [ { user: alice } ], role: Maintainer }
                - { to: [ { user: audrey } ], role: Auditor }
            ---
            apiVersion: pyrepo.dev/v1beta1
            kind: ProxyRepository
            metadata: { name: pypi }
            spec:
              upstream: { url: "{{upstream.Server.Index}}" }
              policy: { block: [ "urllib3<2" ] }
            ---
            apiVersion: pyrepo.dev/v1beta1
            kind: RepositoryGroup
            metadata: { name: all }
            spec:
              members:
              - { kind: PythonRepository, name: team }
              - { kind: ProxyRepository, name: pypi }
              reserved: [ "acme-*" ]
              uploadTo: team
            ---
            {{secret}}
            """));
    }

    /// <summary>A page that speaks of it.</summary>
    public LaptopPage Open(string name) => new LaptopPage(name)
        .With("https://pypi.example.com/team/", $"{Server.GetUrl("team")}")
        .With("https://pypi.example.com/", $"{Server.GetUrl("all")}");

    /// <summary>Uploads a file as alice, with attestations if there are any beside it.</summary>
    public async Task UploadAsync(string path)
    {
        using var home = new ClientHome();
        string[] upload = File.Exists($"{path}.publish.attestation")
            ? ["upload", "--attestations", path, $"{path}.publish.attestation"]
            : ["upload", path];
        string[] asAlice = ["--repository-url", $"{Server.GetUrl("team")}", "-u", "alice", "-p", PasswordOfAlice];
        (await home.RunAsync("twine", [.. upload, .. asAlice])).MustSucceed();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _public.DisposeAsync();
    }
}
