using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EndToEnd.Crashes.PowerCuts;

namespace EndToEnd;

/// <summary>A running <c>pyrepo serve</c>, with a manifest file and a data folder of its own.</summary>
public sealed class PyRepoServer : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly ProgramText _log = new("log");
    readonly ProgramText _output = new("output");
    readonly IReadOnlyList<string> _wrapper;
    readonly IReadOnlyList<string> _options;
    Process? _process;
    TaskCompletionSource _announced = new();
    string _scheme = "http";
    string _listen = "127.0.0.1:0";
    string _management = "127.0.0.1:0";
    int _shown;

    /// <summary>A server from a file or folder.</summary>
    /// <param name="manifestFile">The file or folder.</param>
    /// <param name="data">Its data; null: a folder of its own.</param>
    /// <param name="options">More options of <c>serve</c>.</param>
    PyRepoServer(string manifestFile, string? data, IReadOnlyList<string> options)
    {
        (_wrapper, _options) = ([], options);
        ManifestFile = manifestFile;
        Data = data ?? _folder.Folder("data");
    }

    /// <summary>A server of a manifest, which is written to a file of its own.</summary>
    /// <param name="manifest">The YAML documents.</param>
    /// <param name="options">More options of <c>serve</c>.</param>
    /// <param name="wrapper">The command that starts it, with its command at the end; none: it is started itself.</param>
    PyRepoServer(string manifest, IReadOnlyList<string> options, params IReadOnlyList<string> wrapper)
    {
        (_wrapper, _options) = (wrapper, options);
        ManifestFile = _folder.At("manifest.yaml");
        Data = _folder.Folder("data");
        File.WriteAllText(ManifestFile, manifest);
    }

    /// <summary>The file or folder that it is served from; a change of it is taken up while the server runs.</summary>
    public string ManifestFile { get; }

    /// <summary>The folder that <c>--data</c> names.</summary>
    public string Data { get; }

    /// <summary>Where packages are served, with a slash at the end.</summary>
    public Uri Url => new($"{_scheme}://{_listen}/");

    /// <summary>Where health, metrics and status are served, with a slash at the end.</summary>
    public Uri Management => new($"http://{_management}/");

    /// <summary>The process id, while it runs.</summary>
    public int ProcessId => Running.Id;

    /// <summary>The program, if it is not the built one.</summary>
    string Program { get; init; } = PyRepoProgram.Path;

    /// <summary>Asks the server, whose answers may have any status. Redirects are not followed.</summary>
    public HttpClient Http { get; private init; } = ClientThatTrusts(null);

    Process Running => _process ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>Starts a server with the repositories of a manifest, and waits until it is ready.</summary>
    /// <param name="manifest">The YAML documents.</param>
    /// <param name="options">More options of <c>serve</c>.</param>
    public static Task<PyRepoServer> StartAsync(string manifest, params IReadOnlyList<string> options) =>
        new PyRepoServer(manifest, options).StartedAsync();

    /// <summary>
    /// Starts a server on data that were put into its folder before, and waits until it listens; it need not be ready.
    /// </summary>
    public static async Task<PyRepoServer> LaunchOnAsync(string manifest, Action<string> putData)
    {
        var server = new PyRepoServer(manifest, []);
        putData(server.Data);
        await server.LaunchAsync();
        return server;
    }

    /// <summary>Starts a server that serves packages over TLS, which <see cref="Http"/> trusts.</summary>
    public static Task<PyRepoServer> StartWithTlsAsync(string manifest, TlsFiles files) =>
        new PyRepoServer(manifest, ["--tls-cert", files.Certificate, "--tls-key", files.Key])
        {
            Http = ClientThatTrusts(files.Authority),
        }.StartedAsync();

    /// <summary>Starts a server whose system calls strace writes to a file.</summary>
    public static Task<PyRepoServer> StartTracedAsync(string manifest, string trace) =>
        new PyRepoServer(manifest, [], [.. SystemCallTrace.Command(trace)]).StartedAsync();

    /// <summary>Starts a server by a command that has the server's own at its end.</summary>
    /// <param name="manifest">The YAML documents.</param>
    /// <param name="wrapper">The command.</param>
    /// <param name="port">Where it listens, if nobody else may do so while it is down; 0: anywhere.</param>
    public static Task<PyRepoServer> StartBelowAsync(string manifest, IReadOnlyList<string> wrapper, int port = 0) =>
        new PyRepoServer(manifest, [], wrapper)
        {
            _listen = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
        }.StartedAsync();

    /// <summary>
    /// Starts a server by such a command, on data that were put into its folder before, and waits until it listens.
    /// </summary>
    public static async Task<PyRepoServer> LaunchBelowAsync(
        string manifest, IReadOnlyList<string> wrapper, Action<string> putData)
    {
        var server = new PyRepoServer(manifest, [], wrapper);
        putData(server.Data);
        await server.LaunchAsync();
        return server;
    }

    /// <summary>Starts a server that may have only a number of descriptors.</summary>
    public static Task<PyRepoServer> StartWithDescriptorsAsync(string manifest, int descriptors) =>
        new PyRepoServer(manifest, [], "/bin/sh", "-c", $"ulimit -n {descriptors}; exec \"$@\"", "sh").StartedAsync();

    /// <summary>
    /// Starts a server that a closed terminal ends: one whose parent ignores SIGHUP, as below nohup, ignores it, too.
    /// </summary>
    public static Task<PyRepoServer> StartInTerminalAsync(string manifest) =>
        new PyRepoServer(manifest, [], "env", "--default-signal=HUP").StartedAsync();

    /// <summary>Starts a server whose heap has a hard limit.</summary>
    public static Task<PyRepoServer> StartWithHeapAsync(string manifest, int mebibytes) =>
        new PyRepoServer(manifest, [], "env", $"DOTNET_GCHeapHardLimit={mebibytes << 20:X}").StartedAsync();

    /// <summary>Starts a server with the repositories of a file or a folder of the test's own.</summary>
    public static Task<PyRepoServer> StartFromAsync(string fileOrFolder, params IReadOnlyList<string> options) =>
        new PyRepoServer(fileOrFolder, data: null, options).StartedAsync();

    /// <summary>Starts a server with manifests and a data folder of the test's own.</summary>
    public static Task<PyRepoServer> StartOnAsync(string fileOrFolder, string data) =>
        new PyRepoServer(fileOrFolder, data, []).StartedAsync();

    /// <summary>Starts an earlier version of the server in the same way.</summary>
    public static Task<PyRepoServer> StartEarlierOnAsync(string program, string fileOrFolder, string data) =>
        new PyRepoServer(fileOrFolder, data, []) { Program = program }.StartedAsync();

    /// <summary>A second server on the same manifest and data, at ports of its own. It is not started.</summary>
    public PyRepoServer Another() => new(ManifestFile, Data, _options);

    /// <summary>The base URL of a repository: what is uploaded to.</summary>
    public Uri GetUrl(string repository) => new(Url, $"{repository}/");

    /// <summary>The index URL of a repository: what clients install from.</summary>
    public Uri IndexOf(string repository) => new(Url, $"{repository}/simple/");

    /// <summary>The folder of a repository's data.</summary>
    public string GetFolder(string repository) => Path.Combine(Data, repository);

    /// <summary>The password that was generated for the user <c>publisher</c> of a repository.</summary>
    public string GetPassword(string repository) =>
        File.ReadAllText(Path.Combine(Data, ".credentials", repository)).Trim();

    /// <summary>
    /// Starts it, on the same data and, if it ran before, on the same ports, and waits until it is ready.
    /// </summary>
    public async Task StartAgainAsync()
    {
        await LaunchAsync();
        await Eventually.IsAsync("the server is ready", IsReadyAsync);
    }

    /// <summary>Starts it and waits until it listens; it need not be ready then.</summary>
    public Task LaunchAsync() => Eventually.IsAsync("its ports are free", TryLaunchAsync);

    /// <summary>
    /// Starts it. Returns false if it ran before, and a connection of somebody else has one of its ports meanwhile.
    /// </summary>
    async Task<bool> TryLaunchAsync()
    {
        if (_process is not null)
            throw new InvalidOperationException("The server runs already.");
        var logged = LogText().Length;
        _announced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] command =
        [
            .. _wrapper, Program,
            "serve", "-f", ManifestFile, "--data", Data, "--listen", _listen, "--management", _management, .. _options,
        ];
        _process = Process.Start(new ProgramRun(command[0], command[1..]).StartInfo())!;
        _process.EnableRaisingEvents = true;
        _process.OutputDataReceived += (_, line) => Announce(line.Data);
        _process.ErrorDataReceived += (_, line) => _log.Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_announced.Task, ended).WaitAsync(Eventually.Deadline) != ended)
            return true;
        var status = await EndAsync();
        if (!_listen.EndsWith(":0", StringComparison.Ordinal)
            && LogText()[logged..].Contains("address already in use", StringComparison.Ordinal))
        {
            return false;
        }
        throw new InvalidOperationException($"The server ended at once, with status {status}:\n{LogText()}");
    }

    /// <summary>Whether it says that it is ready.</summary>
    public async Task<bool> IsReadyAsync()
    {
        if (Running.HasExited)
            throw new InvalidOperationException($"The server ended with status {Running.ExitCode}:\n{LogText()}");
        using var answer = await Http.GetAsync(new Uri(Management, "healthz/ready"));
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Ends it as Kubernetes does (SIGTERM), waits, and tells its exit status.</summary>
    public async Task<int> StopAsync()
    {
        Signals.SendTerminate(Running);
        return await EndAsync();
    }

    /// <summary>Ends it as a terminal that is closed does (SIGHUP), waits, and tells its exit status.</summary>
    public async Task<int> HangUpAsync()
    {
        Signals.SendHangup(Running);
        return await EndAsync();
    }

    /// <summary>Lets it do nothing until it is resumed, while the kernel takes connections for it.</summary>
    public void Suspend() => Signals.SendStop(Running);

    /// <summary>Lets it go on.</summary>
    public void Resume() => Signals.SendContinue(Running);

    /// <summary>Ends it in the middle of whatever it does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await EndAsync();
    }

    /// <summary>Waits until it has logged a text: a line comes a little after the answer that it is about.</summary>
    public Task MustLogAsync(string text) => _log.MustHaveAsync(text);

    /// <summary>Waits until it has written a text to its standard output.</summary>
    public Task MustPrintAsync(string text) => _output.MustHaveAsync(text);

    /// <summary>Everything that it logged, as far as it has been read.</summary>
    public string LogText() => _log.ToString();

    /// <summary>Everything that it wrote to its standard output: where it listens, and how to use it.</summary>
    public string OutputText() => _output.ToString();

    /// <summary>
    /// Writes what was logged since the last call to a test's output, which is shown when the test fails.
    /// </summary>
    public void ShowLog(ITestOutputHelper output)
    {
        var text = LogText();
        output.WriteLine(text[_shown..]);
        _shown = text.Length;
        if (_process is { HasExited: true, ExitCode: var status })
            output.WriteLine($"The server is gone: it ended with status {status}, and nobody had asked it to.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var shown = "";
        string[] secrets = [];
        try
        {
            shown = await ShownTextAsync();
            var credentials = Path.Combine(Data, ".credentials");
            if (Directory.Exists(credentials))
                secrets = [.. Directory.EnumerateFiles(credentials).Select(file => File.ReadAllText(file).Trim())];
        }
        finally
        {
            if (_process is not null)
                await KillAsync();
            Http.Dispose();
            _folder.Dispose();
        }
        SecretScan.AssertClean("The server's log", LogText(), secrets);
        SecretScan.AssertClean("The server's status or metrics", shown, secrets);
    }

    /// <summary>What its management port shows, or nothing if it does not run any more, or never listened.</summary>
    async Task<string> ShownTextAsync()
    {
        if (_process is not { HasExited: false } || !_announced.Task.IsCompleted)
            return "";
        Resume();
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(Management, "status"))
            + await http.GetStringAsync(new Uri(Management, "metrics"));
    }

    static HttpClient ClientThatTrusts(X509Certificate2? authority)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
        };
        if (authority is not null)
            handler.SslOptions.CertificateChainPolicy = TlsFiles.TrustIn(authority);
        return new HttpClient(handler);
    }

    async Task<PyRepoServer> StartedAsync()
    {
        try
        {
            await StartAgainAsync();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    async Task<int> EndAsync()
    {
        var process = Running;
        await process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        _process = null;
        using (process)
            return process.ExitCode;
    }

    void Announce(string? line)
    {
        _output.Add(line);
        foreach (var scheme in (string[])["http", "https"])
        {
            if (AddressIn(line, $"Listening on {scheme}://") is { } listen)
                (_scheme, _listen) = (scheme, listen);
        }
        if (AddressIn(line, "Management on http://") is not { } management)
            return;
        _management = management;
        _announced.TrySetResult();
    }

    static string? AddressIn(string? line, string before) =>
        line?.StartsWith(before, StringComparison.Ordinal) == true ? line[before.Length..].TrimEnd('/') : null;
}
