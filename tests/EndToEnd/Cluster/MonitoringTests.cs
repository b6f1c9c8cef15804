using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EndToEnd.Cluster;

/// <summary>The alerts, dashboards and runbooks, with a real Prometheus and the real cluster.</summary>
public sealed partial class MonitoringTests
{
    /// <summary>The metrics that have no series as long as nothing was refused.</summary>
    static readonly string[] _rare = ["pyrepo_policy_refused_total"];

    [ClusterFact]
    public async Task Alerts_fire_for_real_faults_and_end_when_they_are_mended_and_dashboards_show_what_there_is()
    {
        Assert.SkipUnless(Promtool.Missing is null, Promtool.Missing ?? "");
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Repositories(ns, upstream: "http://nobody.invalid/simple/", secret: "missing"));
        await ns.UntilReadyAsync("pythonrepository/team", "proxyrepository/mirror");
        await ns.UntilReachableAsync("/simple/");
        await using var prometheus = await RunningPrometheus.StartAsync(ns.Name);

        // No pod of this one ever becomes ready: the operator alone knows of it.
        await prometheus.UntilAsync("PyRepoNotReady", "broken", fires: true);
        Assert.Empty(await prometheus.QueryAsync("ALERTS{alertname=\"PyRepoNotReady\",name=\"team\"}"));
        using var http = new HttpClient();
        await Eventually.IsAsync("the proxy has asked upstream", async () =>
        {
            using var answer = await http.GetAsync(ns.Url("/mirror/simple/acme-lib/"));
            return (int)answer.StatusCode == 503;
        });
        await prometheus.UntilAsync("PyRepoUpstreamDown", "mirror", fires: true);
        await YankAndDownloadAsync(ns, http, prometheus);
        await prometheus.UntilAsync("PyRepoYankedDownloads", "team", fires: true);
        await ShowDashboardsAsync(prometheus, ns.Name);

        await ns.ApplyAsync(Repositories(
            ns, upstream: $"http://team.{ns.Name}.svc.cluster.local/simple/", secret: "team-credentials"));
        await Eventually.IsAsync("the proxy reaches upstream", async () =>
        {
            using var answer = await http.GetAsync(ns.Url("/mirror/simple/acme-lib/"));
            return answer.IsSuccessStatusCode;
        });
        await prometheus.UntilAsync("PyRepoUpstreamDown", "mirror", fires: false);
        await prometheus.UntilAsync("PyRepoNotReady", "broken", fires: false);
        Assert.Equal("1", Value(Assert.Single(await prometheus.QueryAsync("sum(leader_election_master_status)"))));
        await RunRunbooksAsync(ns);
    }

    static async Task YankAndDownloadAsync(ClusterNamespace ns, HttpClient http, RunningPrometheus prometheus)
    {
        var (wheel, password) = (TestWheel.Module("acme-lib", "1.0", "value = 1\n"), await ns.PasswordAsync("team"));
        await ns.UploadAsync("/", password, wheel);
        using var yank = new HttpRequestMessage(HttpMethod.Put, ns.Url("/api/v1/projects/acme-lib/releases/1.0/yank"));
        yank.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"publisher:{password}")));
        using var yanked = await http.SendAsync(yank);
        Assert.True(yanked.IsSuccessStatusCode, $"{yanked.StatusCode} {await yanked.Content.ReadAsStringAsync()}");
        // What rises is seen from the second scrape on.
        await Eventually.IsAsync("it was scraped before", async () =>
            (await prometheus.QueryAsync("pyrepo_yanked_downloads_total{repository=\"team\"}")).Count > 0);
        Assert.Equal(wheel.Bytes, await http.GetByteArrayAsync(ns.Url($"/packages/acme-lib/{wheel.FileName}")));
    }

    /// <summary>Each panel's expression has a result, and each metric in it is there.</summary>
    static async Task ShowDashboardsAsync(RunningPrometheus prometheus, string ns)
    {
        var metrics = await prometheus.MetricsAsync();
        foreach (var file in Directory.EnumerateFiles(SourceTree.At("config", "monitoring", "dashboards")))
        {
            using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            var queries = from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
                          where panel.TryGetProperty("targets", out _)
                          from target in panel.GetProperty("targets").EnumerateArray()
                          select target.GetProperty("expr").GetString()!;
            foreach (var query in queries)
            {
                var asked = query.Replace("$__rate_interval", "5m", StringComparison.Ordinal)
                    .Replace("$namespace", ns, StringComparison.Ordinal)
                    .Replace("$repository", "team", StringComparison.Ordinal);
                await prometheus.QueryAsync(asked);
                Assert.All(
                    Name.Matches(asked).Select(name => name.Value).Except(_rare),
                    name => Assert.Contains(name, metrics));
            }
        }
        var team = $"namespace=\"{ns}\",repository=\"team\"";
        foreach (var shown in (string[])[
            $"pyrepo_http_requests_total{{{team},route=\"upload\",status=\"200\"}}",
            $"pyrepo_uploads_total{{{team},outcome=\"stored\"}} == 1",
            $"pyrepo_logins_total{{{team},result=\"accepted\"}} > 0",
            $"pyrepo_volume_free_bytes{{{team}}} < pyrepo_volume_size_bytes{{{team}}}",
            $"pyrepo_build_info{{{team},kind=\"PythonRepository\"}} == 1",
            $"pyrepo_resource_info{{namespace=\"{ns}\",name=\"team\",image=~\".+\",version=~\".+\"}} == 1",
            $"pyrepo_resource_condition{{namespace=\"{ns}\",name=\"team\",type=\"Ready\",status=\"True\"}} == 1",
            "rest_client_requests_total{code=\"200\",method=\"GET\"} > 0",
            "pyrepo_operator_hosts{state=\"used\"} > 0"])
        {
            Assert.True((await prometheus.QueryAsync(shown)).Count > 0, $"{shown} has no series");
        }
    }

    /// <summary>What a runbook says to type works as it is, once the variables are set.</summary>
    static async Task RunRunbooksAsync(ClusterNamespace ns)
    {
        var page = await File.ReadAllTextAsync(SourceTree.At("docs", "runbooks.md"));
        var blocks = Block.Matches(page).Select(block => block.Groups["commands"].Value).ToList();
        var kind = blocks[0].Split('\n').Single(line => line.StartsWith("KIND=", StringComparison.Ordinal));
        foreach (var commands in blocks.Skip(1))
        {
            var isOfProxy = commands.Contains("staleIfError", StringComparison.Ordinal)
                || commands.Contains(".status.mirror", StringComparison.Ordinal)
                || commands.Contains("UpstreamReachable", StringComparison.Ordinal);
            var result = await new ProgramRun("bash", ["-euo", "pipefail", "-c", $"{kind}\n{commands}"])
            {
                Environment = new Dictionary<string, string>
                {
                    ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
                    ["KUBECONFIG"] = Environment.GetEnvironmentVariable("KUBECONFIG")!,
                    ["SIZE"] = "2Gi",
                    ["MAX"] = "200Gi",
                    ["NS"] = ns.Name,
                    ["NAME"] = isOfProxy ? "mirror" : "team",
                    ["OPERATOR_NS"] = "pyrepo-system",
                },
            }.RunAsync();
            result.MustSucceed();
        }
    }

    static string Value(JsonElement series) => series.GetProperty("value")[1].GetString()!;

    static string Repositories(ClusterNamespace ns, string upstream, string secret) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}} }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: mirror }
        spec:
          upstream: { url: "{{upstream}}" }
          cache: { projectTtl: 1s, maxSize: 1Gi }
          storage: { persistentVolumeClaim: { size: 2Gi } }
          ingress: { host: {{ns.Host}}, path: /mirror }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: broken }
        spec:
          storage: { ephemeral: {} }
          access: { usersSecretRef: { name: {{secret}} } }
        """;

    [GeneratedRegex(@"\b(?:pyrepo|controller_runtime|workqueue|process|rest_client|leader_election)_[a-z_]*[a-z]\b")]
    static partial Regex Name { get; }

    [GeneratedRegex("^```sh\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    static partial Regex Block { get; }
}
