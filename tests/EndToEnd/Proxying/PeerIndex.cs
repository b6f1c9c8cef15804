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
    public static async Task<PeerIndex> StartPypiserverAsync(params IEnumerable<TestWheel> wheels)
    {
        var index = new PeerIndex { _path = "simple/" };
        foreach (var wheel in wheels)
            await File.WriteAllBytesAsync(Path.Combine(index._process.Folder, wheel.FileName), wheel.Bytes);
        var bin = await PythonClients.FolderOfAsync("pypiserver");
        await index._process.StartAsync(Path.Combine(bin, "pypi-server"), (port, folder) =>
            ["run", "-p", $"{port}", "-i", "127.0.0.1", "-P", ".", "-a", ".", "--disable-fallback", folder]);
        return index;
    }

    /// <summary>Starts devpi with an index of its own, to which its own client uploads.</summary>
    public static async Task<PeerIndex> StartDevpiAsync(params IEnumerable<TestWheel> wheels)
    {
        var index = new PeerIndex { _path = $"{User}/test/+simple/" };
        var bin = await PythonClients.FolderOfAsync("devpi");
        var data = index._home.New("devpi");
        (await new ProgramRun($"{bin}/devpi-init", "--serverdir", data, "--no-root-pypi").RunAsync()).MustSucceed();
        await index._process.StartAsync($"{bin}/devpi-server", (port, _) =>
            ["--host", "127.0.0.1", "--port", $"{port}", "--serverdir", data, "--enable-core-metadata"]);
        var root = new Uri(index.Index, "/");
        foreach (var command in (string[][])[
            ["use", root.AbsoluteUri], ["login", "root", "--password="], ["user", "-c", User, $"password={Password}"],
            ["login", User, $"--password={Password}"], ["index", "-c", "test", "volatile=False", "bases="],
            ["use", $"{root}{User}/test"],
            .. wheels.Select(w => (string[])["upload", index.Write(w)])])
        {
            var run = new ProgramRun($"{bin}/devpi", command) { Environment = index._home.Environment };
            (await run.RunAsync()).MustSucceed();
        }
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
