using Bench.Clients;
using Bench.Servers;

namespace Bench.Hostile;

/// <summary>
/// The built <c>pyrepo serve</c> with a hosted repository, one that has users, a proxy of the hostile upstream and a
/// group; with 1,024 descriptors, and its log in a file.
/// </summary>
sealed class ServerUnderTest : IDisposable
{
    /// <summary>Users of <c>/locked/</c> whose password is <see cref="Password"/>: user-0, user-1, ….</summary>
    public const int Users = 20;

    public const string Password = "right-password";

    const int Descriptors = 1024;
    const string Cost10 = "$2b$10$abcdefghijklmnopqrstuuFxpdDxfuk0JCf5GMA8H.vzoIln81UOO";
    const string Cost12 = "$2b$12$ABCDEFGHIJKLMNOPQRSTUOYldcLmChluTSHggYAkoiaTuzob8JQFO";

    /// <summary>As in the image.</summary>
    static readonly Dictionary<string, string> _environment = new()
    {
        ["DOTNET_GCgen0size"] = "0x400000",
    };

    readonly ChildProcess _process;
    readonly string _folder;

    public ServerUnderTest(string program, string folder, Uri upstream)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        var manifest = Path.Combine(folder, "bench.yaml");
        File.WriteAllText(manifest, Manifest(upstream));
        string[] arguments =
        [
            "-c", $"ulimit -n {Descriptors} && exec \"$0\" \"$@\" 2>> '{Log}'", program,
            "serve", "-f", manifest, "--data", Data, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0",
        ];
        _process = ChildProcess.Start("sh", arguments, ["Listening on ", "Management on "], _environment);
        Packages = new Uri(_process.LineAfter("Listening on ").Trim());
        Management = new Uri(_process.LineAfter("Management on ").Trim());
        using var management = new HttpConnection(Management);
        while (management.Get("/healthz/ready").Status != 200)
            Thread.Sleep(10);
    }

    public int Id => _process.Id;

    public Uri Packages { get; }

    public Uri Management { get; }

    public string Data => Path.Combine(_folder, "data");

    public string Log => Path.Combine(_folder, "server.log");

    /// <summary>What became of it; null: it runs.</summary>
    public string? Death => _process.ExitCode is { } code ? $"the server ended with exit code {code}" : null;

    /// <summary>The hosted repository, for uploads.</summary>
    public IndexServer Hosted => new(
        "pyrepo", Packages, "/hosted/",
        $"publisher:{File.ReadAllText(Path.Combine(Data, ".credentials/hosted")).Trim()}", "/hosted/simple/", [Id]);

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Manifest(Uri upstream) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: hosted }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: locked }
        spec:
          access:
            usersSecretRef: { name: locked-users }
            grants: [ { to: [ { authenticated: {} } ], role: Reader } ]
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: locked-users }
        stringData:
          htpasswd: |
            cost10:{{Cost10}}
            cost12:{{Cost12}}
            {{string.Join("\n    ", Enumerable.Range(0, Users).Select(n => $"user-{n}:{Cost10}"))}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: proxy }
        spec: { upstream: { url: "{{upstream}}" }, cache: { maxSize: 64Mi, projectTtl: 5s } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: group }
        spec:
          members: [ { kind: PythonRepository, name: hosted }, { kind: ProxyRepository, name: proxy } ]

        """;
}
