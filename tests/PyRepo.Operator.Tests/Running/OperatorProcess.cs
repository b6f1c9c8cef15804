using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PyRepo.Operator.Tests.Running;

/// <summary>A running <c>pyrepo-operator run</c>, as its own ServiceAccount.</summary>
public sealed class OperatorProcess : IAsyncDisposable
{
    const int Terminate = 15;

    readonly TemporaryFolder _folder = new();
    readonly StringBuilder _log = new();
    readonly TaskCompletionSource<Uri> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Process _process;
    readonly HttpClient _http = new();

    OperatorProcess(
        string? program, string kubeconfig, string settings, IReadOnlyList<string> options, ControlGroup? cgroup)
    {
        Credential = GetCredential(kubeconfig);
        File.WriteAllText(_folder["kubeconfig"], kubeconfig);
        File.WriteAllText(_folder["settings.json"], settings);
        program ??= BuiltProgram.Operator.Path;
        IReadOnlyList<string> arguments =
        [
            "run", "--kubeconfig", _folder["kubeconfig"], "--settings", _folder["settings.json"],
            "--listen", "127.0.0.1:0", "--namespace", "pyrepo-system", .. options,
        ];
        (program, arguments) = cgroup?.Wrap(program, arguments) ?? (program, arguments);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Announce(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its token in the audit log: no other process has the same.</summary>
    public string Credential { get; }

    /// <summary>Everything that it logged.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>
    /// Starts one that looks after a namespace, or after the whole cluster, and waits until it has listed everything.
    /// </summary>
    /// <param name="cluster">The cluster, and the namespace.</param>
    /// <param name="settings">
    /// More of its settings, in JSON, with a comma before each: <c>, "maxRollouts": 1</c>.
    /// </param>
    /// <param name="port">Where it finds the API server, if not at its own port.</param>
    /// <param name="wholeCluster">Whether it looks after all namespaces.</param>
    /// <param name="program">Another program than the one that was built.</param>
    /// <param name="others">More namespaces that it looks after.</param>
    /// <param name="cgroup">Where it runs; null: where the tests do.</param>
    /// <param name="readiness">What its readiness says at last, or begins with.</param>
    /// <param name="options">More options.</param>
    public static async Task<OperatorProcess> StartAsync(
        TestCluster cluster, string settings = "", bool wholeCluster = false, int? port = null,
        string? program = null, IReadOnlyList<string>? others = null, ControlGroup? cgroup = null,
        string readiness = "ok\n", params IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var namespaces = string.Join("\", \"", others?.Prepend(cluster.Namespace) ?? [cluster.Namespace]);
        var scope = wholeCluster ? "\"scope\": \"Cluster\""
            : $"\"scope\": \"Namespaces\", \"namespaces\": [\"{namespaces}\"]";
        var process = new OperatorProcess(
            program, await cluster.OperatorKubeconfigAsync(port),
            $$"""{ "serverImage": "example.com/pyrepo:1", {{scope}}{{settings}} }""",
            options.Count > 0 ? options : ["--leader-elect", "false"], cgroup);
        try
        {
            await Eventually.IsAsync(
                "the operator is ready", async () => await process.IsReadyAsync(readiness), () => process.Log);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>What its own port answers; null where it does not.</summary>
    public async Task<string?> GetAsync(string path)
    {
        await Task.WhenAny(_announced.Task, _process.WaitForExitAsync());
        if (_process.HasExited)
            throw new InvalidOperationException($"The operator ended with {_process.ExitCode}:\n{Log}");
        var address = await _announced.Task;
        using var answer = await _http.GetAsync(new Uri(address, path));
        return await answer.Content.ReadAsStringAsync();
    }

    async Task<bool> IsReadyAsync(string readiness) =>
        (await GetAsync("readyz"))?.StartsWith(readiness, StringComparison.Ordinal) is true;

    /// <summary>Ends it as Kubernetes does, and tells its exit status.</summary>
    public async Task<int> StopAsync()
    {
        if (kill(_process.Id, Terminate) != 0)
            throw new InvalidOperationException("The operator could not be told to end.");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it ends by itself, and tells its exit status.</summary>
    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    static string GetCredential(string kubeconfig)
    {
        const string before = "token: ";
        var token = kubeconfig[(kubeconfig.IndexOf(before, StringComparison.Ordinal) + before.Length)..];
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        return $"JTI={claims.RootElement.GetProperty("jti").GetString()}";
    }

    void Announce(string? line)
    {
        if (line?.StartsWith("Management on ", StringComparison.Ordinal) == true)
            _announced.TrySetResult(new Uri(line["Management on ".Length..].Trim()));
        Note(line);
    }

    void Note(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }

    [DllImport("libc", SetLastError = true)]
    static extern int kill(int process, int signal);
}
