using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EndToEnd.Cluster;

/// <summary>
/// A Prometheus on this machine that scrapes the cluster as the chart's monitors would have it, and evaluates the
/// chart's rules, without the time that an alert must last.
/// </summary>
sealed partial class RunningPrometheus : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly HttpClient _http = new();
    readonly Process _process;
    readonly string _ns;

    RunningPrometheus(string ns)
    {
        _ns = ns;
        var rules = File.ReadAllText(SourceTree.At("config", "monitoring", "rules.yaml"));
        File.WriteAllText(_folder["rules.yaml"], For.Replace(rules, ""));
        File.WriteAllText(_folder["prometheus.yaml"], Configuration);
        var port = FreePort.Take();
        _http.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        _process = Process.Start(new ProcessStartInfo(
            Promtool.Find("prometheus")!,
            [
                $"--config.file={_folder["prometheus.yaml"]}", $"--storage.tsdb.path={_folder["data"]}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Starts one for the servers of a namespace, and the operator.</summary>
    public static async Task<RunningPrometheus> StartAsync(string ns)
    {
        var running = new RunningPrometheus(ns);
        await running.FindPodsAsync();
        await Eventually.IsAsync("Prometheus is ready", async () =>
        {
            try
            {
                using var answer = await running._http.GetAsync("-/ready");
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return running;
    }

    /// <summary>The series of an expression, each as its labels and its value.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string expression)
    {
        using var answer = await _http.GetAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{expression}: {text}");
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
    }

    /// <summary>The names of the metrics that it has.</summary>
    public async Task<IReadOnlySet<string>> MetricsAsync()
    {
        using var names = JsonDocument.Parse(await _http.GetStringAsync("api/v1/label/__name__/values"));
        return names.RootElement.GetProperty("data").EnumerateArray().Select(name => name.GetString()!).ToHashSet();
    }

    /// <summary>Waits until an alert about a repository fires, or does no longer.</summary>
    public Task UntilAsync(string alert, string repository, bool fires) => Eventually.IsAsync(
        $"{alert} about {repository} {(fires ? "fires" : "is over")}",
        async () => (await QueryAsync(
            $"ALERTS{{alertname=\"{alert}\",alertstate=\"firing\",repository=\"{repository}\"}} "
            + $"or ALERTS{{alertname=\"{alert}\",alertstate=\"firing\",name=\"{repository}\"}}")).Count > 0 == fires);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    /// <summary>Tells Prometheus of the pods as they are now: Debian's knows nothing of Kubernetes.</summary>
    public async Task FindPodsAsync()
    {
        var servers = await GetTargetsAsync(_ns, "pyrepo.dev/kind", 8081);
        var operators = await GetTargetsAsync("pyrepo-system", "app.kubernetes.io/name=pyrepo-operator", 8080);
        // It reads the files when they change; one that is half written would be an error.
        await ReplaceAsync("servers.json", servers);
        await ReplaceAsync("operators.json", operators);
    }

    async Task ReplaceAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder[$"{name}.new"], text);
        File.Move(_folder[$"{name}.new"], _folder[name], overwrite: true);
    }

    /// <summary>The pods with the labels that the chart's monitors give them.</summary>
    static async Task<string> GetTargetsAsync(string ns, string selector, int port)
    {
        var pods = JsonNode.Parse(await Kubectl.AskAsync("get", "pods", "-n", ns, "-l", selector, "-o", "json"))!;
        var targets = from pod in pods["items"]!.AsArray()
                      let address = (string?)pod!["status"]!["podIP"]
                      where address is not null
                      let labels = pod["metadata"]!["labels"]!
                      select new JsonObject
                      {
                          ["targets"] = new JsonArray($"{address}:{port}"),
                          ["labels"] = new JsonObject
                          {
                              ["namespace"] = ns,
                              ["pod"] = (string?)pod["metadata"]!["name"],
                              ["kind"] = (string?)labels["pyrepo.dev/kind"] ?? "",
                              ["repository"] = (string?)labels["pyrepo.dev/name"] ?? "",
                          },
                      };
        return new JsonArray([.. targets]).ToJsonString();
    }

    const string Configuration = """
        global: { scrape_interval: 1s, evaluation_interval: 1s }
        rule_files: [ rules.yaml ]
        scrape_configs:
        - { job_name: servers, file_sd_configs: [ { files: [ servers.json ] } ] }
        - { job_name: operator, honor_labels: true, file_sd_configs: [ { files: [ operators.json ] } ] }
        """;

    [GeneratedRegex("^ +for: .*\n", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex For { get; }
}
