using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EndToEnd.Cluster;

/// <summary>
/// A Prometheus on this machine that scrapes the cluster as the chart's monitors would have it, and evaluates the chart's
/// rules, without the time that an alert must last.
/// </summary>
sealed partial class RunningPrometheus : IAsyncDisposable
{
    static readonly string? _kubeconfig = Environment.GetEnvironmentVariable("KUBECONFIG");

    readonly TemporaryFolder _folder = new();
    readonly HttpClient _http = new();
    readonly Process _process;

    RunningPrometheus(string ns)
    {
        var rules = File.ReadAllText(SourceTree.At("config", "monitoring", "rules.yaml"));
        File.WriteAllText(_folder["rules.yaml"], For.Replace(rules, ""));
        File.WriteAllText(_folder["prometheus.yaml"], Configuration(ns));
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

    static string Configuration(string ns) => $$"""
        global: { scrape_interval: 1s, evaluation_interval: 1s }
        rule_files: [ rules.yaml ]
        scrape_configs:
        - job_name: servers
          kubernetes_sd_configs:
          - { role: pod, kubeconfig_file: "{{_kubeconfig}}", namespaces: { names: [ {{ns}} ] } }
          relabel_configs:
          - { source_labels: [ __meta_kubernetes_pod_container_port_name ], action: keep, regex: management }
          - { source_labels: [ __meta_kubernetes_namespace ], target_label: namespace }
          - { source_labels: [ __meta_kubernetes_pod_name ], target_label: pod }
          - { source_labels: [ __meta_kubernetes_pod_label_pyrepo_dev_kind ], target_label: kind }
          - { source_labels: [ __meta_kubernetes_pod_label_pyrepo_dev_name ], target_label: repository }
        - job_name: operator
          honor_labels: true
          kubernetes_sd_configs:
          - { role: pod, kubeconfig_file: "{{_kubeconfig}}", namespaces: { names: [ pyrepo-system ] } }
          relabel_configs:
          - { source_labels: [ __meta_kubernetes_pod_container_port_name ], action: keep, regex: management }
          - { source_labels: [ __meta_kubernetes_namespace ], target_label: namespace }
          - { source_labels: [ __meta_kubernetes_pod_name ], target_label: pod }
        """;

    [GeneratedRegex("^ +for: .*\n", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex For { get; }
}
