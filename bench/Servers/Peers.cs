using Bench.Measuring;

namespace Bench.Servers;

/// <summary>Other index servers, installed offline by the assets' <c>python/install.sh</c>.</summary>
sealed class Peers : IDisposable
{
    readonly List<ChildProcess> _processes = [];

    /// <summary>
    /// Those that host: two take uploads, the third serves <paramref name="wheels"/>, a folder with one below it for
    /// each project.
    /// </summary>
    public IEnumerable<(IndexServer Server, bool TakesUploads)> StartHosts(string work, string wheels)
    {
        yield return (StartPypiserver(GetBin("pypiserver"), work), true);
        yield return (StartDevpi(GetBin("devpi"), work), true);
        yield return (StartSimpleRepositoryServer(GetBin("simple-repository-server"), wheels), false);
    }

    /// <summary>Those that serve an upstream's packages, by the address of its pages.</summary>
    public IEnumerable<IndexServer> StartProxies(string work, Uri upstream)
    {
        yield return StartProxpi(GetBin("proxpi"), work, upstream);
        yield return StartDevpi(GetBin("devpi"), Path.Combine(work, "mirror"), upstream);
        yield return StartSimpleRepositoryServer(GetBin("simple-repository-server"), $"{upstream}");
    }

    public void Dispose() => _processes.ForEach(process => process.Dispose());

    static string GetBin(string name)
    {
        var assets = Environment.GetEnvironmentVariable("PYREPO_ASSETS")
            ?? throw new InvalidOperationException("--peers needs PYREPO_ASSETS, the folder of the test assets.");
        return ChildProcess.Run(Path.Combine(assets, "python/install.sh"), name)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
    }

    IndexServer StartPypiserver(string bin, string work)
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, "pypiserver")).FullName;
        var port = IndexServer.FreePort();
        return Serve("pypiserver", $"{bin}/pypi-server", port, "/", ":", "/simple/",
            ["run", "-p", $"{port}", "-i", "127.0.0.1", "-P", ".", "-a", ".", "--disable-fallback", folder]);
    }

    IndexServer StartProxpi(string bin, string work, Uri upstream)
    {
        var port = IndexServer.FreePort();
        var environment = new Dictionary<string, string>
        {
            ["PROXPI_INDEX_URL"] = $"{upstream}",
            ["PROXPI_CACHE_DIR"] = Directory.CreateDirectory(Path.Combine(work, "proxpi")).FullName,
            // Else it sends clients to the upstream while it fetches.
            ["PROXPI_DOWNLOAD_TIMEOUT"] = "600",
        };
        return Serve("proxpi", $"{bin}/gunicorn", port, "/", ":", "/index/",
            ["--no-control-socket", "-b", $"127.0.0.1:{port}", "--threads", "8", "proxpi.server:app"], environment);
    }

    IndexServer StartSimpleRepositoryServer(string bin, string source)
    {
        var port = IndexServer.FreePort();
        return Serve("simple-repository-server", $"{bin}/simple-repository-server", port, "/", ":", "/simple/",
            ["--host", "127.0.0.1", "--port", $"{port}", "--stream-http-resources", source]);
    }

    /// <summary>An index of its own, or the mirror of an upstream.</summary>
    IndexServer StartDevpi(string bin, string work, Uri? upstream = null)
    {
        var folder = Path.Combine(Directory.CreateDirectory(work).FullName, "devpi");
        ChildProcess.Run($"{bin}/devpi-init", "--serverdir", folder, "--no-root-pypi");
        var port = IndexServer.FreePort();
        var server = Serve("devpi", $"{bin}/devpi-server", port, "/ci/test/", "ci:secret", "/ci/test/+simple/",
            ["--host", "127.0.0.1", "--port", $"{port}", "--serverdir", folder, "--enable-core-metadata"]);
        var home = Directory.CreateDirectory(Path.Combine(work, "devpi-home")).FullName;
        string[][] commands =
        [
            ["use", server.Address.AbsoluteUri],
            ["login", "root", "--password="],
            ["user", "-c", "ci", "password=secret"],
            ["login", "ci", "--password=secret"],
            upstream is null
                ? ["index", "-c", "test", "volatile=False", "bases="]
                : ["index", "-c", "test", "type=mirror", $"mirror_url={upstream}", "mirror_use_external_urls=False"],
        ];
        foreach (var command in commands)
            ChildProcess.Run($"{bin}/devpi", command, new Dictionary<string, string> { ["HOME"] = home });
        return server;
    }

    IndexServer Serve(string name, string program, int port, string uploads, string login, string pages,
        string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = ChildProcess.Start(program, arguments, [], environment);
        _processes.Add(process);
        var address = new Uri($"http://127.0.0.1:{port}");
        IndexServer.WaitFor(address);
        return new IndexServer(
            name, address, uploads, login, pages, [process.Id, .. ProcessSample.GetChildren(process.Id)]);
    }
}
