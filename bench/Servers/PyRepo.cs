using System.Diagnostics;
using System.Text.Json;
using Bench.Clients;
using Bench.Measuring;

namespace Bench.Servers;

/// <summary>The built <c>pyrepo serve</c> over one folder; it can be stopped and started again.</summary>
/// <param name="program">The program.</param>
/// <param name="folder">Its folder; made where it is missing.</param>
/// <param name="upstream">The index behind it; null: it hosts, and has a group of what it hosts.</param>
sealed class PyRepo(string program, string folder, Uri? upstream = null) : IDisposable
{
    /// <summary>The pages of the group, which an <see cref="IndexServer"/> of a hosted repository has, too.</summary>
    public const string GroupPages = "/bench-group/simple/";

    const string Hosted = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: bench }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: bench-second }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: bench-group }
        spec:
          members:
          - { kind: PythonRepository, name: bench-second }
          - { kind: PythonRepository, name: bench }

        """;

    static readonly TimeSpan _maxWait = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The pages of further proxies of the same upstream, which have kept nothing: what asking them costs warms the
    /// process up, and leaves the proxy that is measured as it is.
    /// </summary>
    public static IReadOnlyList<string> WarmUpPages { get; } =
        [.. Enumerable.Range(0, 5).Select(n => $"/bench-warm-{n}/simple/")];

    /// <summary>The documents that declare it; null: a repository in the folder, or proxies of the upstream.</summary>
    public string? Declared { get; init; }

    /// <summary>After so long it counts as not starting.</summary>
    public TimeSpan MaxStart { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The memory of the container whose limit .NET's heap keeps; null: there is none.</summary>
    public long? Container { get; init; }

    /// <summary>The control group that it runs in; null: the bench's own.</summary>
    public ControlGroup? Group { get; init; }

    string Manifest => Declared ?? (upstream is null ? Hosted : string.Concat(
        WarmUpPages.Select(pages => pages.Split('/')[1]).Prepend("bench").Select(name => $$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: {{name}} }
            spec: { upstream: { url: "{{upstream}}" }, cache: { maxSize: 100Gi, projectTtl: 1h } }
            ---

            """)));

    ChildProcess? _process;
    IndexServer? _running;

    /// <summary>The server that was started last.</summary>
    public IndexServer Running => _running ?? throw new InvalidOperationException("It has not been started.");

    /// <summary>The process, while it runs.</summary>
    public int? Process => _process is { ExitCode: null } process ? process.Id : null;

    Uri Management => new(_process!.LineAfter("Management on ").Trim());

    string Data => Path.Combine(folder, "data");

    /// <summary>Where the record of a hosted project lies.</summary>
    public string GetRecord(string project) => Path.Combine(Data, "bench/projects", $"{project}.jsonl");

    /// <summary>Starts the server and waits until it says that it is ready.</summary>
    public IndexServer Start() => TimeReady().Server;

    /// <summary>Starts the server and waits until it says that it is ready.</summary>
    /// <returns>The time from exec to that answer.</returns>
    public (IndexServer Server, TimeSpan Time) TimeReady()
    {
        var watch = Stopwatch.StartNew();
        var server = Exec();
        using var management = new HttpConnection(Management);
        while (management.Get("/healthz/ready").Status != 200)
        {
            if (watch.Elapsed > MaxStart)
                throw new InvalidOperationException($"The server was not ready after {MaxStart.TotalSeconds} s.");
            Thread.Sleep(1);
        }

        return (server, watch.Elapsed);
    }

    /// <summary>
    /// Waits until the server knows of others on its bucket, which it learns when it next renews its lease.
    /// </summary>
    public void WaitForOthers(int count = 1) => WaitUntil(
        report => report.GetProperty("storage").GetProperty("others").GetArrayLength() == count, _maxWait);

    /// <summary>Waits until something is true of what the server reports of a repository.</summary>
    public void WaitUntil(Func<JsonElement, bool> isTrue, TimeSpan maxWait)
    {
        var watch = Stopwatch.StartNew();
        using var management = new HttpConnection(Management);
        while (!IsTrueOfAny(management.Get("/status").MustSucceed("the status").Text, isTrue))
        {
            if (watch.Elapsed > maxWait)
                throw new InvalidOperationException(
                    $"The server did not report what is waited for within {maxWait.TotalSeconds} s.");
            Thread.Sleep(50);
        }
    }

    /// <summary>Starts the server and asks for a page until it is the right one.</summary>
    /// <returns>The time from exec to the page.</returns>
    public (IndexServer Server, TimeSpan Time) TimeStart(string project, int files)
    {
        var watch = Stopwatch.StartNew();
        var server = Exec();
        using var connection = new HttpConnection(server.Address);
        while (connection.Get(server.GetPage(project)) is var page
            && (page.Status != 200 || IndexServer.CountLinks(page.Text) != files))
        {
            Thread.Sleep(1);
        }

        return (server, watch.Elapsed);
    }

    public void Stop()
    {
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => Stop();

    static bool IsTrueOfAny(string status, Func<JsonElement, bool> isTrue)
    {
        using var document = JsonDocument.Parse(status);
        return document.RootElement.GetProperty("repositories").EnumerateArray().Any(isTrue);
    }

    /// <summary>In a container .NET takes at most 75 % of the memory for its heap.</summary>
    Dictionary<string, string> Environment => Container is not { } bytes ? []
        : new() { ["DOTNET_GCHeapHardLimit"] = $"{bytes / 4 * 3:X}" };

    IndexServer Exec()
    {
        Directory.CreateDirectory(folder);
        var manifest = Path.Combine(folder, "bench.yaml");
        File.WriteAllText(manifest, Manifest);
        string[] arguments =
        [
            "serve", "-f", manifest, "--data", Data, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0",
        ];
        var (command, rest) = Group?.Wrap(program, arguments) ?? (program, arguments);
        _process = ChildProcess.Start(command, rest, ["Listening on ", "Management on "], Environment);
        var address = new Uri(_process.LineAfter("Listening on ").Trim());
        var credentials = Path.Combine(Data, ".credentials/bench");
        var password = File.Exists(credentials) ? File.ReadAllText(credentials).Trim() : "";
        return _running = new IndexServer(
            "pyrepo", address, "/bench/", $"publisher:{password}", "/bench/simple/", [_process.Id]);
    }
}
