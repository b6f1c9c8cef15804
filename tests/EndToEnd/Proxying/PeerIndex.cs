using EndToEnd.Clients;
using PyRepo.Testing.Buckets;

namespace EndToEnd.Proxying;

/// <summary>Another index server of the assets, started as its own documentation says.</summary>
public sealed class PeerIndex : IDisposable
{
    const string User = "ci";
    const string Password = "secret";

    readonly ServerProcess _process = new();
    readonly ClientHome _home = new();
    string _path = "";

    PeerIndex()
    {
    }

    /// <summary>Its Simple API.</summary>
    public Uri Index => new($"http://127.0.0.1:{_process.Port}/{_path}");

    /// <summary>Starts pypiserver, which serves the files of a folder.</summary>
    public static Task<PeerIndex> StartPypiserverAsync(params IEnumerable<TestWheel> wheels) =>
        StartPypiserverAsync(["--disable-fallback"], wheels);

    /// <summary>Starts pypiserver, which redirects names that it does not have to another index.</summary>
    public static Task<PeerIndex> StartForwardingPypiserverAsync(Uri other, params IEnumerable<TestWheel> wheels) =>
        StartPypiserverAsync(["--fallback-url", other.AbsoluteUri], wheels);

    static async Task<PeerIndex> StartPypiserverAsync(string[] options, IEnumerable<TestWheel> wheels)
    {
        var index = new PeerIndex { _path = "simple/" };
        foreach (var wheel in wheels)
            await File.WriteAllBytesAsync(Path.Combine(index._process.Folder, wheel.FileName), wheel.Bytes);
        var bin = await PythonClients.FolderOfAsync("pypiserver");
        await index._process.StartAsync(Path.Combine(bin, "pypi-server"), (port, folder) =>
            ["run", "-p", $"{port}", "-i", "127.0.0.1", "-P", ".", "-a", ".", .. options, folder]);
        return index;
    }

    /// <summary>Starts devpi with an index of its own, to which its own client uploads.</summary>
    public static async Task<PeerIndex> StartDevpiAsync(params IEnumerable<TestWheel> wheels)
    {
        var index = new PeerIndex { _path = $"{User}/test/+simple/" };
        await index.StartDevpiAsync(
        [
            ["index", "-c", "test", "volatile=False", "bases="], ["use", $"{User}/test"],
            .. wheels.Select(w => (string[])["upload", index.Write(w)]),
        ]);
        return index;
    }

    /// <summary>Starts devpi, and lets a user of it run commands of its client.</summary>
    async Task StartDevpiAsync(params IEnumerable<string[]> commands)
    {
        var bin = await PythonClients.FolderOfAsync("devpi");
        var data = _home.New("devpi");
        (await new ProgramRun($"{bin}/devpi-init", "--serverdir", data, "--no-root-pypi").RunAsync()).MustSucceed();
        await _process.StartAsync($"{bin}/devpi-server", (port, _) =>
            ["--host", "127.0.0.1", "--port", $"{port}", "--serverdir", data, "--enable-core-metadata"]);
        foreach (var command in (string[][])[
            ["use", new Uri(Index, "/").AbsoluteUri], ["login", "root", "--password="],
            ["user", "-c", User, $"password={Password}"], ["login", User, $"--password={Password}"], .. commands])
        {
            var run = new ProgramRun($"{bin}/devpi", command) { Environment = _home.Environment };
            (await run.RunAsync()).MustSucceed();
        }
    }

    /// <summary>Starts devpi with a mirror of an index.</summary>
    public static async Task<PeerIndex> StartDevpiMirrorAsync(Uri upstream)
    {
        var index = new PeerIndex { _path = $"{User}/mirror/+simple/" };
        await index.StartDevpiAsync(
            ["index", "-c", "mirror", "type=mirror", $"mirror_url={upstream}", "mirror_use_external_urls=False"]);
        return index;
    }

    /// <summary>Starts proxpi, a caching proxy, in front of an index.</summary>
    public static async Task<PeerIndex> StartProxpiAsync(Uri upstream)
    {
        var index = new PeerIndex { _path = "index/" };
        var bin = await PythonClients.FolderOfAsync("proxpi");
        await index._process.StartAsync("/usr/bin/env", (port, folder) =>
        [
            $"PROXPI_INDEX_URL={upstream}", $"PROXPI_CACHE_DIR={folder}", "PROXPI_DOWNLOAD_TIMEOUT=600",
            $"{bin}/gunicorn", "--no-control-socket", "-b", $"127.0.0.1:{port}", "--threads", "4", "proxpi.server:app",
        ]);
        return index;
    }

    /// <summary>Starts simple-repository-server in front of an index. It passes files through.</summary>
    public static async Task<PeerIndex> StartSimpleRepositoryServerAsync(Uri upstream)
    {
        var index = new PeerIndex { _path = "simple/" };
        var bin = await PythonClients.FolderOfAsync("simple-repository-server");
        await index._process.StartAsync($"{bin}/simple-repository-server", (port, _) =>
            ["--host", "127.0.0.1", "--port", $"{port}", "--stream-http-resources", $"{upstream}"]);
        return index;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        _home.Dispose();
    }

    string Write(TestWheel wheel)
    {
        var path = Path.Combine(_home.Folder("dist"), wheel.FileName);
        File.WriteAllBytes(path, wheel.Bytes);
        return path;
    }
}
