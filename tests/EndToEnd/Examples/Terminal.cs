using System.Text.RegularExpressions;
using EndToEnd.Clients;

namespace EndToEnd.Examples;

/// <summary>
/// A folder in which blocks of commands are typed as they stand there, with the real clients on the PATH. A server that
/// a block starts listens at a port of its own, and only one runs at a time.
/// </summary>
public sealed partial class Terminal(ClientHome home, string folder) : IAsyncDisposable
{
    const string Address = "127.0.0.1:8080";

    PyRepoServer? _server;

    /// <summary>What is to happen each time before a server starts.</summary>
    public Func<Task> BeforeServing { get; init; } = () => Task.CompletedTask;

    /// <summary>Types all blocks. Each must succeed and print what the text says.</summary>
    public async Task TypeAsync(IEnumerable<ReadmeBlock> blocks)
    {
        home.Environment["PATH"] = string.Join(':', await FoldersOfProgramsAsync());
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { } cluster)
            home.Environment["KUBECONFIG"] = cluster;
        foreach (var block in blocks)
        {
            var serving = Serving().Match(block.Commands[^1]);
            if (serving.Success || block.CleansUp)
                await StopAsync();
            var result = await RunAsync(serving.Success ? block.Commands.SkipLast(1) : block.Commands);
            if (serving.Success)
                await ServeAsync(serving, block.Output);
            else
                MustSay($"{result.Output}\n{result.Error}", block.Output);
        }
        await StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    async Task<ProgramResult> RunAsync(IEnumerable<string> commands)
    {
        var script = string.Join('\n', commands);
        if (_server is not null)
            script = script.Replace(Address, _server.Url.Authority, StringComparison.Ordinal);
        return (await new ProgramRun("/bin/bash", "-euo", "pipefail", "-c", script)
        {
            Folder = folder,
            Environment = home.Environment,
        }.RunAsync()).MustSucceed();
    }

    async Task ServeAsync(Match serving, IReadOnlyList<string> output)
    {
        await BeforeServing();
        var data = serving.Groups["data"] is { Success: true, Value: var named } ? named : "data";
        _server = await PyRepoServer.StartOnAsync(
            Path.Combine(folder, serving.Groups["manifests"].Value), Path.Combine(folder, data));
        string[] expected =
            [.. output.Select(line => line.Replace(Address, _server.Url.Authority, StringComparison.Ordinal))];
        await Eventually.IsAsync("the server says what the page says", () => Task.FromResult(
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

    static async Task<IEnumerable<string>> FoldersOfProgramsAsync() =>
    [
        Path.GetDirectoryName(PyRepoProgram.Path)!, await PythonClients.FolderOfAsync("pip"),
        await PythonClients.FolderOfAsync("twine"), await PythonClients.FolderOfAsync("uv"),
        await PythonClients.FolderOfAsync("poetry"), await PythonClients.FolderOfAsync("pdm"),
        await FolderOfHelmAsync(),
        .. Environment.GetEnvironmentVariable("PATH")!.Split(':'),
    ];

    static async Task<string> FolderOfHelmAsync() =>
        (await new ProgramRun(Assets.GetPath("unpack.sh"), "tools").RunAsync()).MustSucceed().Output.Trim();

    [GeneratedRegex(@"^pyrepo serve -f (?<manifests>\S+)( --data (?<data>\S+))?$")]
    private static partial Regex Serving();
}
