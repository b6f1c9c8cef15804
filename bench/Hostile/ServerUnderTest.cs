using System.Globalization;
using Bench.Clients;
using Bench.Servers;

namespace Bench.Hostile;

/// <summary>
/// The built <c>pyrepo serve</c> with the <see cref="ServerManifest"/>, 1,024 descriptors, and its log in a file.
/// </summary>
sealed class ServerUnderTest : IDisposable
{
    /// <summary>Users of <c>/locked/</c> whose password is <see cref="Password"/>: user-0, user-1, ….</summary>
    public const int Users = 20;

    public const string Password = "right-password";

    const int Descriptors = 1024;

    readonly ChildProcess _process;
    readonly string _folder;

    public ServerUnderTest(string program, string folder, Uri upstream)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Configure(ServerManifest.Text(upstream));
        string[] arguments =
        [
            "-c", $"ulimit -n {Descriptors} && exec \"$0\" \"$@\" 2>> '{Log}'", program,
            "serve", "-f", Manifest, "--data", Data, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0",
        ];
        _process = ChildProcess.Start("sh", arguments, ["Listening on ", "Management on "]);
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

    /// <summary>The answers so far that were 500, as the server counts them.</summary>
    public long InternalErrors()
    {
        using var management = new HttpConnection(Management);
        return management.Get("/metrics").Text.Split('\n')
            .Where(line => line.StartsWith("pyrepo_http_requests_total{", StringComparison.Ordinal)
                && line.Contains("status=\"500\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    string Manifest => Path.Combine(_folder, "bench.yaml");

    /// <summary>Changes its manifest at once, as an editor or Git does.</summary>
    public void Configure(string manifest)
    {
        var changed = Manifest + ".new";
        File.WriteAllText(changed, manifest);
        File.Move(changed, Manifest, overwrite: true);
    }

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
