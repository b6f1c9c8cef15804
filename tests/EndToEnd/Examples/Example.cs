using System.Text.RegularExpressions;
using EndToEnd.Clients;

namespace EndToEnd.Examples;

/// <summary>
/// A copy of a directory of <c>examples</c>, in which the commands of its README are run as they stand there. A server
/// that they start listens at a port of its own, and only one runs at a time.
/// </summary>
public sealed class Example : IAsyncDisposable
{
    const string Address = "127.0.0.1:8080";
    const string Serve = "pyrepo serve -f ";

    readonly ClientHome _home = new();
    readonly string _folder;
    readonly string[] _files;
    PyRepoServer? _server;

    /// <summary>Copies a directory.</summary>
    public Example(string name)
    {
        // The charts are where they are in the repository.
        Directory.CreateSymbolicLink(_home.New("charts"), SourceTree.At("charts"));
        _folder = _home.Folder("examples", name);
        foreach (var file in SourceTree.Files(Path.Combine("examples", name), ""))
        {
            var copy = Path.Combine(_home.Folder(Path.GetDirectoryName(file)!), Path.GetFileName(file));
            File.Copy(SourceTree.At(file), copy);
        }
        _files = Files();
    }

    /// <summary>What is to happen each time before a server starts.</summary>
    public Func<Task> BeforeServing { get; init; } = () => Task.CompletedTask;

    /// <summary>Puts what belongs to this test's place into all files, the README's commands among them.</summary>
    public Example With(string text, string replacement)
    {
        var found = false;
        foreach (var path in _files.Select(file => Path.Combine(_folder, file)))
        {
            var before = File.ReadAllText(path);
            found |= before.Contains(text, StringComparison.Ordinal);
            File.WriteAllText(path, before.Replace(text, replacement, StringComparison.Ordinal));
        }
        Assert.True(found, $"The example has no {text} (any more).");
        return this;
    }

    /// <summary>
    /// Runs all commands of the README. Each block must succeed and print what the README says; after the clean-up
    /// nothing is left but the example's own files.
    /// </summary>
    public async Task RunAsync()
    {
        _home.Environment["PATH"] = string.Join(':', await FoldersOfProgramsAsync());
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { } cluster)
            _home.Environment["KUBECONFIG"] = cluster;
        foreach (var block in ReadmeBlock.Read(Path.Combine(_folder, "README.md")))
        {
            var serves = block.Commands[^1].StartsWith(Serve, StringComparison.Ordinal);
            if (serves || block.CleansUp)
                await StopAsync();
            var result = await RunAsync(serves ? block.Commands.SkipLast(1) : block.Commands);
            if (serves)
                await ServeAsync(block.Commands[^1][Serve.Length..], block.Output);
            else
                MustSay($"{result.Output}\n{result.Error}", block.Output);
        }
        await StopAsync();
        Assert.Equal(_files, Files());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _home.Dispose();
    }

    async Task<ProgramResult> RunAsync(IEnumerable<string> commands)
    {
        var script = string.Join('\n', commands);
        if (_server is not null)
            script = script.Replace(Address, _server.Url.Authority, StringComparison.Ordinal);
        return (await new ProgramRun("/bin/bash", "-euo", "pipefail", "-c", script)
        {
            Folder = _folder,
            Environment = _home.Environment,
        }.RunAsync()).MustSucceed();
    }

    async Task ServeAsync(string manifest, IReadOnlyList<string> output)
    {
        await BeforeServing();
        _server = await PyRepoServer.StartOnAsync(Path.Combine(_folder, manifest), Path.Combine(_folder, "data"));
        string[] expected =
            [.. output.Select(line => line.Replace(Address, _server.Url.Authority, StringComparison.Ordinal))];
        await Eventually.IsAsync("the server says what the README says", () => Task.FromResult(
            expected.All(line => _server.OutputText().Contains(line, StringComparison.Ordinal))));
    }

    async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Each line is one of what was printed; <c>…</c> stands for anything.</summary>
    void MustSay(string said, IReadOnlyList<string> output)
    {
        if (_server is not null)
            said = said.Replace(_server.Url.Authority, Address, StringComparison.Ordinal);
        foreach (var line in output)
        {
            var words = Regex.Escape(line.Trim()).Replace("…", ".*", StringComparison.Ordinal);
            var pattern = new Regex($@"^\s*{words}\s*$", RegexOptions.Multiline);
            Assert.True(pattern.IsMatch(said), $"Not said: {line}\n{said}");
        }
    }

    string[] Files() =>
    [
        .. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal),
    ];

    static async Task<IEnumerable<string>> FoldersOfProgramsAsync() =>
    [
        Path.GetDirectoryName(PyRepoProgram.Path)!, await PythonClients.FolderOfAsync("pip"),
        await PythonClients.FolderOfAsync("twine"), await PythonClients.FolderOfAsync("uv"), await FolderOfHelmAsync(),
        .. Environment.GetEnvironmentVariable("PATH")!.Split(':'),
    ];

    static async Task<string> FolderOfHelmAsync() =>
        (await new ProgramRun(Assets.GetPath("unpack.sh"), "tools").RunAsync()).MustSucceed().Output.Trim();
}
