using System.Diagnostics;
using System.Globalization;
using System.Text;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Serving.Management;

/// <summary>
/// Writes the metrics in version 0.0.4 of the
/// <see href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus text format</see>.
/// </summary>
sealed class PrometheusText(RepositoryRegistry served, RepositorySupervisor running, MemoryBudget memory)
{
    /// <summary>The releases that have a series each, those with most downloads.</summary>
    const int MaxCompromised = 100;

    /// <summary>Returns all counters and the current state.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        WriteRequests(text);
        WriteDurations(text);
        Gauge(text, "pyrepo_repository_ready", "Whether a repository is open.", s => s.Waiting is null ? 1 : 0);
        Gauge(text, "pyrepo_repository_projects", "Projects of a repository.", s => s.Records.Total().Projects);
        Gauge(text, "pyrepo_repository_files", "Files that a repository shows.", s => s.Records.Total().Files);
        Gauge(text, "pyrepo_repository_bytes", "The sum of their sizes.", s => s.Records.Total().Bytes);
        Gauge(text, "pyrepo_upstream_up", "Whether a proxy's upstream last gave an answer that was of use.", s =>
            s is ProxyHost proxy ? proxy.Upstream.IsFailing ? 0 : 1 : null);
        Gauge(text, "pyrepo_mirror_projects", "Projects of a mirror.", s => GetMirror(s)?.ProjectsTotal);
        Gauge(text, "pyrepo_mirror_projects_done", "Those of them that are complete.",
            s => GetMirror(s)?.ProjectsDone);
        Gauge(text, "pyrepo_mirror_failures", "What the current or last pass of a mirror could not fetch.",
            s => GetMirror(s)?.FailureCount);
        Gauge(text, "pyrepo_advisories", "Advisories in force.", s => s.Advisories.Count);
        Gauge(text, "pyrepo_advisories_last_success_timestamp_seconds", "When their source was last read.",
            s => s.Advisories.LastRead?.ToUnixTimeSeconds());
        WriteDownloads(text);
        WriteDownloadLog(text);
        WriteDisks(text);
        WriteProvenance(text);
        WriteGuard(text);
        WriteProxies(text);
        WriteMemory(text);
        WriteBackground(text);
        WriteProcess(text);
        return text.ToString();
    }

    void WriteRequests(StringBuilder text)
    {
        Head(text, "pyrepo_http_requests_total", "counter", "Requests that ended.");
        foreach (var repository in served.All)
        {
            foreach (var (status, count) in repository.Requests.Statuses)
                Line(text, "pyrepo_http_requests_total", $"repository=\"{repository.Name}\",status=\"{status}\"",
                    count);
        }
    }

    void WriteDurations(StringBuilder text)
    {
        const string name = "pyrepo_http_request_duration_seconds";
        Head(text, name, "histogram", "How long requests took.");
        foreach (var repository in served.All)
        {
            var (labels, total) = ($"repository=\"{repository.Name}\"", 0L);
            foreach (var (index, count) in repository.Requests.Durations.Index())
            {
                total += count;
                var bound = index < RequestCounts.Bounds.Count
                    ? RequestCounts.Bounds[index].ToString(CultureInfo.InvariantCulture)
                    : "+Inf";
                Line(text, name + "_bucket", $"{labels},le=\"{bound}\"", total);
            }
            Line(text, name + "_sum", labels, repository.Requests.TotalTime.TotalSeconds);
            Line(text, name + "_count", labels, total);
        }
    }

    void WriteDownloads(StringBuilder text)
    {
        const string name = "pyrepo_downloads_total";
        Head(text, name, "counter", "Downloads of distributions, by installer.");
        foreach (var (repository, host) in running.Running)
        {
            foreach (var (installer, downloads) in host.Statistics.SinceStart)
                Line(text, name, $"repository=\"{repository}\",installer=\"{installer}\"", downloads);
        }
    }

    void WriteDownloadLog(StringBuilder text)
    {
        const string lost = "pyrepo_download_log_lost_total";
        Head(text, lost, "counter", "Downloads that could not be written to the download log.");
        foreach (var (repository, host) in running.Running)
            Line(text, lost, $"repository=\"{repository}\"", host.DownloadLog.Lost);
        const string compromised = "pyrepo_compromised_downloads";
        Head(text, compromised, "gauge", "Downloads in the log of releases that advisories name.");
        foreach (var (repository, host) in running.Running)
        {
            foreach (var release in (host.Compromised.Found ?? []).Take(MaxCompromised))
            {
                Line(
                    text, compromised,
                    $"repository=\"{repository}\",project=\"{release.Project}\",version=\"{release.Version}\"",
                    release.Downloads);
            }
        }
    }

    static MirrorProgress? GetMirror(RepositoryHost host) =>
        host is ProxyHost { IsMirroring: true } proxy ? proxy.Mirror : null;

    void WriteProxies(StringBuilder text)
    {
        var proxies = running.Running.Where(r => r.Value is ProxyHost)
            .Select(r => (Name: r.Key, Host: (ProxyHost)r.Value)).ToList();
        const string answers = "pyrepo_proxy_answers_total";
        Head(text, answers, "counter", "Pages and files that a proxy served, from its cache or from upstream.");
        foreach (var (name, host) in proxies)
        {
            Line(text, answers, $"repository=\"{name}\",cache=\"hit\"", host.Counts.Hits);
            Line(text, answers, $"repository=\"{name}\",cache=\"miss\"", host.Counts.Misses);
        }
        const string vulnerable = "pyrepo_vulnerable_files_served_total";
        Head(text, vulnerable, "counter", "Requests that got a file with a known vulnerability.");
        foreach (var (name, host) in proxies.Where(p => p.Host.Advisories.AreUsed))
            Line(text, vulnerable, $"repository=\"{name}\"", host.Refusals.VulnerableServed);
        const string refused = "pyrepo_policy_refused_total";
        Head(text, refused, "counter", "Requests for files that a policy hides, by rule.");
        foreach (var (name, host) in proxies)
        {
            foreach (var (rule, count) in host.Refusals.Counts)
                Line(text, refused, $"repository=\"{name}\",rule=\"{rule}\"", count);
        }
    }

    void WriteProvenance(StringBuilder text)
    {
        const string name = "pyrepo_provenance_total";
        Head(text, name, "counter", "Uploaded or upstream's files by what was found out about their attestations.");
        foreach (var (repository, host) in running.Running)
        {
            var counts = host switch
            {
                HostedHost { Hosted.Files.ProvenanceCounts: var uploads } => uploads,
                ProxyHost { ProvenanceCounts: { } upstream } => upstream,
                _ => null,
            };
            foreach (var verdict in counts is null ? [] : ProvenanceCounts.Counted)
            {
                Line(text, name, $"repository=\"{repository}\",verdict=\"{verdict.ToName()}\"",
                    counts![verdict]);
            }
        }
    }

    void WriteGuard(StringBuilder text)
    {
        const string name = "pyrepo_guard_findings_total";
        Head(text, name, "counter", "Upstream's files in which a rule of the release guard found something.");
        foreach (var (repository, host) in running.Running)
        {
            if (host is not ProxyHost { GuardFindings: { } counts })
                continue;
            foreach (var rule in Enum.GetNames<GuardRule>())
                Line(text, name, $"repository=\"{repository}\",rule=\"{rule}\"", counts.GetValueOrDefault(rule));
        }
    }

    void WriteDisks(StringBuilder text)
    {
        const string name = "pyrepo_disk_failures_total";
        Head(text, name, "counter", "Reads and writes that the disk failed.");
        foreach (var (repository, host) in running.Running)
        {
            if (host.Storage.Store.Failures is { } failures)
                Line(text, name, $"repository=\"{repository}\"", failures.Last?.Count ?? 0);
        }
    }

    void Gauge(StringBuilder text, string name, string help, Func<RepositoryHost, double?> value)
    {
        Head(text, name, "gauge", help);
        foreach (var (repository, storage) in running.Running)
        {
            if (value(storage) is { } measured)
                Line(text, name, $"repository=\"{repository}\"", measured);
        }
    }

    void WriteMemory(StringBuilder text)
    {
        Head(text, "pyrepo_cache_bytes", "gauge", "Memory of rendered pages, histories and metadata.");
        Line(text, "pyrepo_cache_bytes", "", memory.Used);
        Head(text, "pyrepo_cache_max_bytes", "gauge", "What they may use.");
        Line(text, "pyrepo_cache_max_bytes", "", memory.Capacity);
    }

    void WriteBackground(StringBuilder text)
    {
        const string name = "pyrepo_background_failures_total";
        Head(text, name, "counter", "Passes of background work that failed.");
        foreach (var loop in running.Loops)
            Line(text, name, $"loop=\"{loop.Name}\",repository=\"{loop.Repository}\"", loop.Failures);
    }

    static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Head(text, "process_resident_memory_bytes", "gauge", "Resident memory.");
        Line(text, "process_resident_memory_bytes", "", process.WorkingSet64);
        Head(text, "process_cpu_seconds_total", "counter", "CPU time.");
        Line(text, "process_cpu_seconds_total", "", process.TotalProcessorTime.TotalSeconds);
    }

    static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    static void Line(StringBuilder text, string name, string labels, double value) => text
        .Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ')
        .Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
