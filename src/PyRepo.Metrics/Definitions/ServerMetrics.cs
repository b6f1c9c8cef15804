using System.Collections.Immutable;

namespace PyRepo.Metrics;

/// <summary>The metrics of the server. No other has series at its <c>/metrics</c>.</summary>
public static class ServerMetrics
{
    static readonly Definitions.MetricList _list = new();

    public static MetricDefinition RepositoryReady { get; } = _list.Gauge(
        "pyrepo_repository_ready", "repository", "1 if the repository is open, else 0",
        "at 0 for minutes, [the reason](operator.md#reasons) of the resource, or `/status`");

    public static MetricDefinition HttpRequests { get; } = _list.Counter(
        "pyrepo_http_requests_total", "repository, route, status",
        "requests that ended, by route and by the status of the response; 499 if the client left before there was one",
        "5xx: [the causes of 503](operations.md#errors), 507 is a full disk, 500 is in the log. Some 401 are usual: "
        + "clients may ask without credentials first");

    public static MetricDefinition HttpRequestDuration { get; } = _list.Histogram(
        "pyrepo_http_request_duration_seconds", "repository, route",
        "how long requests took, with the transfer of files and what upstream took",
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        "compare it with yesterday's; big files and slow clients take long without a fault");

    public static MetricDefinition Uploads { get; } = _list.Counter(
        "pyrepo_uploads_total", "repository, outcome",
        "uploads that ended: stored, identical (the repository had the same bytes), refused (4xx), failed (5xx) or "
        + "aborted (the client left)",
        "`failed`: the log says why. `refused`: most are names that are taken; the log has each reason");

    public static MetricDefinition Logins { get; } = _list.Counter(
        "pyrepo_logins_total", "repository, result",
        "requests whose credentials were checked: accepted, rejected, throttled (not checked, because too many were wrong "
        + "before) or unavailable (could not be checked)",
        "a rise of `rejected` or `throttled`: someone guesses passwords, or a job has an old one. The log has user and "
        + "address. `unavailable`: an identity provider does not answer");

    public static MetricDefinition Downloads { get; } = _list.Counter(
        "pyrepo_downloads_total", "repository, installer", "downloads of distributions, by installer",
        "[What counts as a download](statistics.md#what-is-counted)");

    public static MetricDefinition YankedDownloads { get; } = _list.Counter(
        "pyrepo_yanked_downloads_total", "repository", "downloads of yanked distributions",
        "any: a lock file pins a yanked release. The [download log](download-log.md), if there is one, says whose");

    public static MetricDefinition LostWrites { get; } = _list.Counter(
        "pyrepo_lost_writes_total", "repository",
        "changes that were acknowledged and that the bucket lost, because its service let another replica overwrite them",
        "any: the log names them, and they were put back. Let one replica run: "
        + "[services that do not keep their word](buckets.md#services-that-do-not-keep-their-word)");

    public static MetricDefinition DiskFailures { get; } = _list.Counter(
        "pyrepo_disk_failures_total", "repository",
        "reads and writes that failed on the repository's disk, including on a full one",
        "any rise: the log and `diskFailure` in `/status` have the system's message: [storage](storage.md#what-survives)");

    public static MetricDefinition VolumeSize { get; } = _list.Gauge(
        "pyrepo_volume_size_bytes", "repository",
        "size of the file system that has the repository's data; a bucket has none",
        "compare it with `pyrepo_volume_free_bytes`");

    public static MetricDefinition VolumeFree { get; } = _list.Gauge(
        "pyrepo_volume_free_bytes", "repository", "free space there, for the server's user",
        "below a tenth: grow the claim, or shorten [retention](maintaining.md#retention)");

    public static MetricDefinition Projects { get; } = _list.Gauge(
        "pyrepo_repository_projects", "repository",
        "projects; of a proxy those in its cache. It rises after a start until all records are read");

    public static MetricDefinition Files { get; } = _list.Gauge(
        "pyrepo_repository_files", "repository", "files; of a proxy those in its cache",
        "an unexpected fall: the log names who deleted what");

    public static MetricDefinition Bytes { get; } = _list.Gauge(
        "pyrepo_repository_bytes", "repository", "sum of the sizes of these files",
        "plan the volume: [storage](storage.md)");

    public static MetricDefinition DamagedFiles { get; } = _list.Gauge(
        "pyrepo_damaged_files", "repository",
        "requested files whose bytes are missing or differ from the record",
        "any: restore them from a backup, or upload them again. `/status` names the first");

    public static MetricDefinition BackupLast { get; } = _list.Gauge(
        "pyrepo_backup_last_timestamp_seconds", "repository",
        "when the newest backup began, as Unix time; everything from before is in it",
        "compare it with `pyrepo_backup_due_timestamp_seconds`; see [backups](backups.md)");

    public static MetricDefinition BackupDue { get; } = _list.Gauge(
        "pyrepo_backup_due_timestamp_seconds", "repository", "when the next backup is due, as Unix time",
        "hours ago: `BackupReady` and the log say why there is none");

    public static MetricDefinition BackupVerificationDue { get; } = _list.Gauge(
        "pyrepo_backup_verification_due_timestamp_seconds", "repository",
        "when the newest backup is due to be read back, as Unix time",
        "a day ago: the log says why it was not");

    public static MetricDefinition BackupBytes { get; } = _list.Gauge(
        "pyrepo_backup_bytes", "repository", "sum of the sizes of the files in the newest backup",
        "compare it with `pyrepo_repository_bytes`");

    public static MetricDefinition BackupDamaged { get; } = _list.Gauge(
        "pyrepo_backup_damaged_objects", "repository",
        "objects that were missing or damaged when a backup was last read back",
        "any: find out who changes the bucket. The next backup writes them again, if the repository still has them");

    public static MetricDefinition BackupFailing { get; } = _list.Gauge(
        "pyrepo_backup_failing", "repository", "1 if the last attempt to make or read back a backup failed, else 0",
        "at 1 for hours: `BackupReady` and the log say why");

    public static MetricDefinition RemovedFiles { get; } = _list.Counter(
        "pyrepo_removed_files_total", "repository",
        "adopted files that were removed or changed in the folder or bucket, and are no longer listed",
        "unexpected ones: the log names them; put them back");

    public static MetricDefinition UpstreamUp { get; } = _list.Gauge(
        "pyrepo_upstream_up", "repository",
        "proxy: 1 if upstream's last answer was usable, 0 if the last request failed. It changes only when upstream is "
        + "asked, and is missing until then",
        "at 0 for an hour: `/status` has upstream's last error. The cache is served in the meantime");

    public static MetricDefinition UpstreamLastSuccess { get; } = _list.Gauge(
        "pyrepo_upstream_last_success_timestamp_seconds", "repository",
        "proxy: when upstream last answered since the start",
        "days ago while `pyrepo_upstream_up` is 0: pages are older than that, and end after `cache.staleIfError`");

    public static MetricDefinition ProxyAnswers { get; } = _list.Counter(
        "pyrepo_proxy_answers_total", "repository, cache",
        "proxy: pages and files that it served, hit from its cache, miss from upstream",
        "few hits: raise `cache.maxSize`, or the cache's times");

    public static MetricDefinition PolicyRefused { get; } = _list.Counter(
        "pyrepo_policy_refused_total", "repository, rule",
        "proxy: requests for files that a rule of the policy hides; the rule hash is for files of which upstream sent "
        + "wrong bytes",
        "a rise of `block`, `advisories` or `hash`: `/status` names the first files");

    public static MetricDefinition Provenance { get; } = _list.Counter(
        "pyrepo_provenance_total", "repository, verdict",
        "uploads by their attestations: verified, refused (not proved, not by a required publisher, or missing "
        + "although required), absent; of a proxy whose policy has provenance, files of upstream whose "
        + "attestations were verified, once each: verified, refused (not proved)",
        "a rise of `refused`: uploads from an unexpected publisher, or unproved files of upstream: "
        + "[provenance](provenance.md)");

    public static MetricDefinition GuardFindings { get; } = _list.Counter(
        "pyrepo_guard_findings_total", "repository, rule",
        "files of upstream in which a rule of the policy's guard found something, once each",
        "a rise: read the log or `api/v1/why`, and decide before the hold ends: "
        + "[the release guard](policies.md#the-release-guard)");

    public static MetricDefinition ReplacedFiles { get; } = _list.Counter(
        "pyrepo_replaced_files_total", "repository",
        "files that upstream replaced: they have another hash than before, or none any more",
        "any: the log names them. Ask upstream, or whoever made them, before you trust the new ones: "
        + "[the release guard](policies.md#the-release-guard)");

    public static MetricDefinition VulnerableServed { get; } = _list.Counter(
        "pyrepo_vulnerable_files_served_total", "repository",
        "proxy with advisories: downloads of files with a known vulnerability, which the policy does not block",
        "find out who uses them: [policies](policies.md)");

    public static MetricDefinition CompromisedDownloads { get; } = _list.Gauge(
        "pyrepo_compromised_downloads", "repository, project, version",
        "downloads, within the time of the download log, of releases that an advisory names: at most 100 releases. All "
        + "replicas have the same numbers",
        "any: `pyrepo recall PROJECT==VERSION` lists who has it: [the alarm](download-log.md#the-alarm)");

    public static MetricDefinition DownloadLogLost { get; } = _list.Counter(
        "pyrepo_download_log_lost_total", "repository",
        "downloads that could not be written to the download log, because its store accepted no writes for too long",
        "any rise: the log says why the store accepts no writes");

    public static MetricDefinition Advisories { get; } = _list.Gauge(
        "pyrepo_advisories", "repository", "advisories in force");

    public static MetricDefinition AdvisoriesLastSuccess { get; } = _list.Gauge(
        "pyrepo_advisories_last_success_timestamp_seconds", "repository",
        "when the source of the advisories was last read since the start; of own ones alone, now",
        "some days old, or missing while `pyrepo_advisories` is there: the source cannot be read, and the log says why");

    public static MetricDefinition MirrorProjects { get; } = _list.Gauge(
        "pyrepo_mirror_projects", "repository",
        "mirror: projects to mirror. Only the replica that mirrors has this series");

    public static MetricDefinition MirrorProjectsDone { get; } = _list.Gauge(
        "pyrepo_mirror_projects_done", "repository", "mirror: complete projects",
        "below `pyrepo_mirror_projects` for days: it is too slow, or fails");

    public static MetricDefinition MirrorFailures { get; } = _list.Gauge(
        "pyrepo_mirror_failures", "repository", "mirror: failures of the current or last pass",
        "above 0 for a day: `/status` has the first failures");

    public static MetricDefinition BackgroundFailures { get; } = _list.Counter(
        "pyrepo_background_failures_total", "repository, loop",
        "passes of background work that failed; the loops of the whole server have an empty repository",
        "if it rises for an hour: [the loop](operations.md#background-work), and `failingLoops` in `/status`");

    public static MetricDefinition CertificateExpiry { get; } = _list.Gauge(
        "pyrepo_certificate_expiry_timestamp_seconds", "",
        "when clients no longer accept the server's own certificate (--tls-cert)",
        "within two weeks: renew it. The server takes up the new file");

    public static MetricDefinition Tokens { get; } = _list.Gauge(
        "pyrepo_tokens", "repository", "valid API tokens");

    public static MetricDefinition TokenExpiry { get; } = _list.Gauge(
        "pyrepo_token_next_expiry_timestamp_seconds", "repository",
        "when the next of them expires; missing if none does",
        "the page `tokens/` shows whose it is");

    public static MetricDefinition StuckWork { get; } = _list.Gauge(
        "pyrepo_stuck_work", "",
        "computations, such as of a page, that do not end: they were given up, and hold a thread. With half as many as "
            + "there are processors, the server is no longer alive, and Kubernetes restarts it",
        "any: report it, and restart the server if it is slow");

    public static MetricDefinition CacheBytes { get; } = _list.Gauge(
        "pyrepo_cache_bytes", "", "memory of rendered pages, histories and metadata",
        "stays at the maximum while the CPU is busy: raise the [memory](operations.md#memory) limit");

    public static MetricDefinition CacheMaxBytes { get; } = _list.Gauge(
        "pyrepo_cache_max_bytes", "", "the maximum of that memory");

    public static MetricDefinition BuildInfo { get; } = _list.Gauge(
        "pyrepo_build_info", "version", "1, with the version of the server");

    public static MetricDefinition ResidentMemory { get; } = _list.Gauge(
        "process_resident_memory_bytes", "", "resident memory of the process",
        "near the limit: raise it, or the server is killed (`OutOfMemory`)");

    public static MetricDefinition AllocatedBytes { get; } = _list.Counter(
        "dotnet_gc_heap_total_allocated_bytes_total", "", "memory that .NET allocated for objects, freed since or not",
        "the rate tells what a request costs: report it if it rises from one version to the next");

    public static MetricDefinition Collections { get; } = _list.Counter(
        "dotnet_gc_collections_total", "generation", "garbage collections, by the oldest generation collected",
        "`gen2` many times a minute: raise the [memory](operations.md#memory) limit");

    public static MetricDefinition CpuSeconds { get; } = _list.Counter(
        "process_cpu_seconds_total", "", "CPU time of the process");

    /// <summary>All of them.</summary>
    public static ImmutableArray<MetricDefinition> All { get; } = _list.All;
}
