using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// A real Kubernetes API, etcd and kube-apiserver and no controllers: the fixture of a test assembly or of a collection.
/// It ends with the tests' process, however that ends. Where Kubernetes' programs are missing nothing is started, and a
/// test that uses it is skipped.
/// </summary>
public sealed class ApiServer : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    Process? _process;
    readonly Lazy<HttpClient> _http;

    /// <summary>One that does not run yet.</summary>
    public ApiServer() => _http = new(() => AdministratorHttp.Connect(State));

    /// <summary>The administrator's kubeconfig, a file.</summary>
    public string Kubeconfig => Path.Combine(State, "kubeconfig");

    /// <summary>The same as a file of its own, for clients that find the server at another port.</summary>
    public string KubeconfigAt(int port) => _folder.Write($"kubeconfig-{port}", File.ReadAllText(Kubeconfig).Replace(
        $":{Http.BaseAddress!.Port}", $":{port}", StringComparison.Ordinal));

    /// <summary>Every request that the server answered, and its own not.</summary>
    public AuditLog Audit => new(Path.Combine(State, "audit.log"));

    /// <summary>Asks the server as the administrator; paths are relative to it.</summary>
    public HttpClient Http => _http.Value;

    /// <summary>The path of kubectl.</summary>
    public static string Kubectl => Path.Combine(KubernetesPrograms.Folder, "kubectl");

    string State
    {
        get
        {
            Assert.SkipUnless(KubernetesPrograms.AreThere, KubernetesPrograms.Missing);
            return _folder["api-server"];
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!KubernetesPrograms.AreThere)
            return;
        var start = new ProcessStartInfo(Script(), ["run", "--state", State])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KUBEBUILDER_ASSETS"] = KubernetesPrograms.Folder },
        };
        _process = Process.Start(start)!;
        var error = _process.StandardError.ReadToEndAsync();
        if (await _process.StandardOutput.ReadLineAsync() != Kubeconfig)
            throw new InvalidOperationException($"The API server did not start: {await error}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Dispose();
    }

    /// <summary>Makes a namespace that no other test has, and tells its name.</summary>
    public async Task<string> NewNamespaceAsync()
    {
        var name = $"test-{Guid.NewGuid():N}"[..13];
        await ApplyAsync(name, $$"""{ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{name}}" } }""");
        return name;
    }

    /// <summary>Applies manifests as the administrator; those of namespaced kinds in this namespace.</summary>
    public Task ApplyAsync(string ns, string yaml) => AppliedManifest.ApplyAsync(Http, ns, yaml);

    /// <summary>
    /// Runs kubectl as the administrator. An apply that the server gave up, as a busy machine's does after 34 seconds,
    /// is made again until <see cref="Eventually.Deadline"/>.
    /// </summary>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="input">Its standard input.</param>
    public async Task<KubectlResult> RunKubectlAsync(IReadOnlyList<string> arguments, string input = "")
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var result = await RunKubectlOnceAsync(arguments, input);
            if (arguments[0] != "apply" || !result.IsGivenUp || Stopwatch.GetElapsedTime(began) > Eventually.Deadline)
                return result;
        }
    }

    async Task<KubectlResult> RunKubectlOnceAsync(IReadOnlyList<string> arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(Kubectl, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["KUBECONFIG"] = Kubeconfig,
                // Otherwise it takes over what it remembers of an earlier server on this port.
                ["KUBECACHEDIR"] = Path.Combine(State, "kubectl"),
            },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new($"kubectl {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
    }

    static string Script([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "cluster", "api-server.sh"));
}
