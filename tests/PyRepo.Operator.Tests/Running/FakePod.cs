using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// A pod whose container is a real <c>pyrepo serve</c>. When the pod changes its volume is brought up to date, as a
/// kubelet does.
/// </summary>
public sealed class FakePod : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly StringBuilder _log = new();
    readonly CancellationTokenSource _stop = new();
    readonly HttpClient _http = new();
    readonly TestCluster _cluster;
    readonly JsonNode _template;
    Process? _process;
    Task _kubelet = Task.CompletedTask;
    readonly string? _claims;
    readonly int _port;
    readonly int _managementPort;
    int _mounts;

    FakePod(TestCluster cluster, JsonNode template, string name, string address, string? claims) =>
        (_cluster, _template, Name, Address, _claims, _port, _managementPort) =
            (cluster, template, name, address, claims, FreePort.Take(), FreePort.Take());

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its IP.</summary>
    public string Address { get; }

    /// <summary>Its uid.</summary>
    public string Uid { get; private set; } = "";

    /// <summary>Where its server serves.</summary>
    public Uri Url => new($"http://{Address}:{_port}/");

    /// <summary>How often its volume was brought up to date.</summary>
    public int Refreshes => _mounts - 1;

    string Mount => _folder["mount"];

    /// <summary>What its volume for data holds: the claim's, which outlives it, or its own.</summary>
    string Data => ClaimName is { } claim && _claims is not null ? Path.Combine(_claims, claim) : _folder["data"];

    string? ClaimName => _template["spec"]!["volumes"]!.AsArray()
        .Select(v => (string?)v!["persistentVolumeClaim"]?["claimName"]).FirstOrDefault(name => name is not null);

    /// <param name="cluster">Where it is.</param>
    /// <param name="deployment">Whose it is.</param>
    /// <param name="template">What it is made from.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its IP.</param>
    /// <param name="claims">A folder with one for each claim; null: the data go with the pod.</param>
    /// <param name="becomesReady">Whether it does; else it only runs.</param>
    internal static async Task<FakePod> StartAsync(
        TestCluster cluster, string deployment, JsonNode template, string name, string address, string? claims = null,
        bool becomesReady = true)
    {
        var pod = new FakePod(cluster, template, name, address, claims);
        await pod.CreateAsync();
        await pod.MountAsync();
        pod.StartServer();
        await Eventually.IsAsync(
            $"the server of {deployment} answers", () => pod.AnswersAsync(becomesReady ? "ready" : "live"),
            () => pod.Log);
        await pod.SayReadyAsync(becomesReady);
        pod._kubelet = pod.FollowAsync(pod._stop.Token);
        return pod;
    }

    /// <summary>What its server logged.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>What its server answers to a reader.</summary>
    public async Task<HttpStatusCode> StatusOfAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(Url, path));
        return answer.StatusCode;
    }

    /// <summary>What its server's <c>/status</c> says.</summary>
    public async Task<JsonNode> StatusAsync() => JsonNode.Parse(await ManagementAsync("status"))!;

    /// <summary>What its server's management port answers.</summary>
    public Task<string> ManagementAsync(string path) =>
        _http.GetStringAsync(new Uri($"http://{Address}:{_managementPort}/{path}"));

    /// <summary>A file of its configuration volume.</summary>
    public Task<string> MountedAsync(string path) => File.ReadAllTextAsync(Path.Combine(Mount, path));

    /// <summary>Uploads a wheel as the user <c>publisher</c>.</summary>
    public async Task<HttpStatusCode> UploadAsync(string project, string version, string password)
    {
        using var content = new ByteArrayContent(WheelFile.Make(project, version));
        using var form = new MultipartFormDataContent
        {
            { new StringContent("file_upload"), ":action" },
            { new StringContent("1"), "protocol_version" },
            { new StringContent("2.1"), "metadata_version" },
            { new StringContent("bdist_wheel"), "filetype" },
            { new StringContent("py3"), "pyversion" },
            { new StringContent(project), "name" },
            { new StringContent(version), "version" },
            { content, "content", WheelFile.GetName(project, version) },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = form };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"publisher:{password}"));
        request.Headers.Authorization = new("Basic", credentials);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _kubelet.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        _http.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    async Task CreateAsync()
    {
        var metadata = _template["metadata"]!.DeepClone().AsObject();
        metadata["name"] = Name;
        metadata["labels"]!["pod-template-hash"] = "fake";
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["name"] = $"{metadata["labels"]!["pyrepo.dev/name"]}-fake",
            ["uid"] = Guid.NewGuid().ToString(),
            ["controller"] = true,
        });
        var spec = _template["spec"]!.DeepClone();
        foreach (var port in spec["containers"]!.AsArray().SelectMany(c => c!["ports"]?.AsArray() ?? []))
            port!["containerPort"] = (string)port["name"]! == PodManifest.ManagementPort ? _managementPort : _port;
        await _cluster.CreateAsync("v1/pods", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = spec,
        });
        Uid = (string)(await _cluster.GetAsync($"v1/pods/{Name}"))!["metadata"]!["uid"]!;
    }

    async Task SayReadyAsync(bool isReady) => await _cluster.PatchAsync($"v1/pods/{Name}/status", new JsonObject
    {
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = Address,
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }),
        },
    });

    async Task FollowAsync(CancellationToken cancellationToken)
    {
        var last = "";
        while (!cancellationToken.IsCancellationRequested)
        {
            var pod = await _cluster.GetAsync($"v1/pods/{Name}");
            var now = pod?["metadata"]?["annotations"]?.ToJsonString() ?? "";
            if (last.Length > 0 && now != last)
                await MountAsync();
            last = now;
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    /// <summary>Writes the projected volume anew, and swaps it as a whole.</summary>
    async Task MountAsync()
    {
        var folder = Directory.CreateDirectory(_folder[$"volume-{++_mounts}"]).FullName;
        var sources = _template["spec"]!["volumes"]!.AsArray().First(
            v => v!["projected"] is not null)!["projected"]!["sources"]!.AsArray();
        foreach (var source in sources)
        {
            var (path, named) =
                source!["secret"] is { } secret ? ("secrets", secret) : ("configmaps", source["configMap"]!);
            var data = (await _cluster.GetAsync($"v1/{path}/{named["name"]}"))?["data"]?.AsObject();
            foreach (var item in named["items"]!.AsArray())
            {
                if (data?[(string)item!["key"]!] is not { } value)
                    continue;
                var file = Path.Combine(folder, (string)item["path"]!);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllBytesAsync(file, path == "secrets"
                    ? Convert.FromBase64String((string)value!) : Encoding.UTF8.GetBytes((string)value!));
            }
        }
        File.CreateSymbolicLink(_folder["next"], folder);
        using var swap = Process.Start("mv", ["-T", _folder["next"], Mount]);
        await swap.WaitForExitAsync();
    }

    void StartServer()
    {
        var arguments = _template["spec"]!["containers"]![0]!["args"]!.AsArray().Select(a => ((string)a!)
            .Replace($"[::]:{PodManifest.HttpPortNumber}", $"{Address}:{_port}", StringComparison.Ordinal)
            .Replace(
                $"[::]:{PodManifest.ManagementPortNumber}", $"{Address}:{_managementPort}", StringComparison.Ordinal)
            .Replace("/etc/pyrepo", Mount, StringComparison.Ordinal)
            .Replace("/var/lib/pyrepo", Data, StringComparison.Ordinal));
        _process = Process.Start(new ProcessStartInfo(BuiltProgram.Server.Path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    async Task<bool> AnswersAsync(string probe)
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Log}");
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{Address}:{_managementPort}/healthz/{probe}"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    void Note(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }
}
