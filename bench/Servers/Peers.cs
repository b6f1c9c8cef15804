namespace Bench.Servers;

/// <summary>Other index servers, installed offline by the assets' <c>python/install.sh</c>.</summary>
sealed class Peers : IDisposable
{
    readonly List<ChildProcess> _processes = [];

    public IReadOnlyList<IndexServer> Start(string work)
    {
        var assets = Environment.GetEnvironmentVariable("PYREPO_ASSETS")
            ?? throw new InvalidOperationException("--peers needs PYREPO_ASSETS, the folder of the test assets.");
        var installer = Path.Combine(assets, "python/install.sh");
        return [StartPypiserver(BinOf(installer, "pypiserver"), work), StartDevpi(BinOf(installer, "devpi"), work)];
    }

    public void Dispose() => _processes.ForEach(process => process.Dispose());

    static string BinOf(string installer, string name) =>
        ChildProcess.Run(installer, name).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();

    IndexServer StartPypiserver(string bin, string work)
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, "pypiserver")).FullName;
        var port = IndexServer.FreePort();
        return Serve("pypiserver", $"{bin}/pypi-server", port, "/", ":", "/simple/",
            ["run", "-p", $"{port}", "-i", "127.0.0.1", "-P", ".", "-a", ".", "--disable-fallback", folder]);
    }

    IndexServer StartDevpi(string bin, string work)
    {
        var folder = Path.Combine(work, "devpi");
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
            ["index", "-c", "test", "volatile=False", "bases="],
        ];
        foreach (var command in commands)
            ChildProcess.Run($"{bin}/devpi", command, new Dictionary<string, string> { ["HOME"] = home });
        return server;
    }

    IndexServer Serve(string name, string program, int port, string uploads, string login, string pages,
        string[] arguments)
    {
        var process = ChildProcess.Start(program, arguments, []);
        _processes.Add(process);
        var address = new Uri($"http://127.0.0.1:{port}");
        IndexServer.WaitFor(address);
        return new IndexServer(name, address, uploads, login, pages, [process.Id]);
    }
}
