using System.Collections.Immutable;

namespace PyRepo.Codegen.Monitoring;

/// <summary>
/// The alerts of the chart. The servers' series have the labels that the chart's PodMonitor gives them: <c>namespace</c>,
/// <c>kind</c> and <c>repository</c>, the name of the resource.
/// </summary>
static class Alerts
{
    const string Repository = "{{ $labels.namespace }}/{{ $labels.repository }}";
    const string Resource = "{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.name }}";

    /// <summary>
    /// The part of requests that may fail. A month's budget is used up in 2 days at 14.4 times that rate, and in 5 days
    /// at 6 times.
    /// </summary>
    const string Budget = "0.005";

    /// <summary>All of them, those that stop users first.</summary>
    public static ImmutableArray<Alert> All { get; } =
    [
        .. Availability, .. Storage, .. Backups, .. Upstreams, .. Security, .. Operator,
    ];

    static ImmutableArray<Alert> Availability =>
    [
        new("PyRepoNotReady", AlertSeverity.Critical, "10m",
            """max by (kind, namespace, name) (pyrepo_resource_condition{type="Ready",status="False"}) > 0""",
            $"{Resource} is not ready."),
        new("PyRepoPendingForLong", AlertSeverity.Warning, "30m",
            "max by (kind, namespace, name) "
            + """(pyrepo_resource_condition{type="Ready",status="Unknown",reason!~"Paused|Erasing|Restoring"}) > 0""",
            $"{Resource} has been waiting for something for half an hour."),
        new("PyRepoErrorBudgetBurnsFast", AlertSeverity.Critical, "2m", Burn("1h", "5m", "14.4"),
            $"{Repository} answers more than 7 % of the requests to {{{{ $labels.route }}}} with errors."),
        new("PyRepoErrorBudgetBurnsSlowly", AlertSeverity.Warning, "15m", Burn("6h", "30m", "6"),
            $"{Repository} has answered more than 3 % of the requests to {{{{ $labels.route }}}} with errors for "
            + "hours."),
        new("PyRepoBackgroundWorkFails", AlertSeverity.Warning, "1h",
            "sum by (namespace, repository, loop) (increase(pyrepo_background_failures_total[15m])) > 0",
            $"{Repository}: {{{{ $labels.loop }}}} keeps failing."),
    ];

    static string Burn(string window, string recent, string factor) =>
        $"{ErrorRate(window)} > {factor} * {Budget}\n"
        + $"and {ErrorRate(recent)} > {factor} * {Budget}\n"
        + $"and sum by (namespace, repository, route) "
        + $"(increase(pyrepo_http_requests_total{{status=~\"5..\"}}[{window}])) > 10";

    static string ErrorRate(string window) =>
        $"sum by (namespace, repository, route) (rate(pyrepo_http_requests_total{{status=~\"5..\"}}[{window}]))\n"
        + $"  / sum by (namespace, repository, route) (rate(pyrepo_http_requests_total[{window}]))";

    static ImmutableArray<Alert> Storage =>
    [
        new("PyRepoVolumeFull", AlertSeverity.Critical, "5m",
            "min by (namespace, repository) (pyrepo_volume_free_bytes / pyrepo_volume_size_bytes) < 0.05",
            $"The volume of {Repository} is full: uploads are refused."),
        new("PyRepoVolumeAtMax", AlertSeverity.Warning, "5m",
            // A proxy's cache stays as full as this, and evicts.
            """
            max by (kind, namespace, name) (pyrepo_resource_condition{
              type="StorageReady",reason=~"VolumeAtMax|GrowthRefused",kind!="ProxyRepository"}) > 0
            """,
            $"The volume of {Resource} fills up, and does not grow any further."),
        new("PyRepoVolumeFillsUp", AlertSeverity.Warning, "1h",
            // A proxy's cache fills its share of the volume, and then evicts.
            """
            min by (namespace, repository)
              (predict_linear(pyrepo_volume_free_bytes{kind!="ProxyRepository"}[6h], 4 * 86400)) < 0
            and min by (namespace, repository) (pyrepo_volume_free_bytes / pyrepo_volume_size_bytes) < 0.5
            """,
            $"The volume of {Repository} will be full within four days."),
        new("PyRepoDiskFails", AlertSeverity.Critical, "",
            "sum by (namespace, repository) (increase(pyrepo_disk_failures_total[15m])) > 0",
            $"The disk of {Repository} fails reads or writes."),
        new("PyRepoWritesLost", AlertSeverity.Critical, "",
            "sum by (namespace, repository) (increase(pyrepo_lost_writes_total[1h])) > 0",
            $"The bucket of {Repository} lost changes that were acknowledged: its conditional writes do not work."),
        new("PyRepoFilesDamaged", AlertSeverity.Critical, "",
            "max by (namespace, repository) (pyrepo_damaged_files) > 0",
            $"{Repository} has lost the bytes of {{{{ $value }}}} files, or they are damaged."),
        new("PyRepoFilesRemoved", AlertSeverity.Warning, "",
            "sum by (namespace, repository) (increase(pyrepo_removed_files_total[1h])) > 0",
            $"Someone removed or changed files in the storage of {Repository}."),
        new("PyRepoDownloadsNotLogged", AlertSeverity.Warning, "",
            "sum by (namespace, repository) (increase(pyrepo_download_log_lost_total[15m])) > 0",
            $"{Repository} cannot write its download log."),
    ];

    static ImmutableArray<Alert> Backups =>
    [
        new("PyRepoBackupFails", AlertSeverity.Warning, "1h",
            "max by (namespace, repository) (pyrepo_backup_failing) > 0",
            $"{Repository} could not be backed up for an hour."),
        // The replica that looked last knows when the next one is due.
        new("PyRepoBackupOld", AlertSeverity.Critical, "5m",
            "time() - max by (namespace, repository) (pyrepo_backup_due_timestamp_seconds) > 6 * 3600",
            $"A backup of {Repository} has been due for more than six hours."),
        new("PyRepoBackupUnverified", AlertSeverity.Warning, "5m",
            "time() - max by (namespace, repository) (pyrepo_backup_verification_due_timestamp_seconds) > 86400",
            $"The backups of {Repository} have not been read back for longer than its spec asks for."),
        new("PyRepoBackupDamaged", AlertSeverity.Critical, "",
            "max by (namespace, repository) (pyrepo_backup_damaged_objects) > 0",
            $"{{{{ $value }}}} objects of a backup of {Repository} are missing or damaged."),
    ];

    static ImmutableArray<Alert> Upstreams =>
    [
        new("PyRepoUpstreamDown", AlertSeverity.Warning, "1h",
            "max by (namespace, repository) (pyrepo_upstream_up) == 0",
            $"{Repository} serves its cache: upstream fails."),
        new("PyRepoUpstreamStale", AlertSeverity.Critical, "10m",
            // Not the time of the last success, which a restart forgets.
            """
            max by (namespace, repository) (max_over_time(pyrepo_upstream_up[3d])) == 0
            and max by (namespace, repository) (max_over_time(pyrepo_upstream_up[1h] offset 3d)) == 0
            """,
            $"{Repository} has served old pages for three days: upstream fails."),
        // A pass begins at 0.
        new("PyRepoMirrorIncomplete", AlertSeverity.Warning, "1d",
            "max by (namespace, repository) (max_over_time(pyrepo_mirror_failures[3h])) > 0",
            $"{Repository} cannot mirror everything."),
        new("PyRepoAdvisoriesOld", AlertSeverity.Warning, "1h",
            """
            time() - max by (namespace, repository) (pyrepo_advisories_last_success_timestamp_seconds) > 3 * 86400
            or max by (namespace, repository) (pyrepo_advisories)
              unless max by (namespace, repository) (pyrepo_advisories_last_success_timestamp_seconds)
            """,
            $"{Repository} cannot read its source of advisories."),
    ];

    static ImmutableArray<Alert> Security =>
    [
        new("PyRepoCompromisedDownloads", AlertSeverity.Critical, "",
            // After a start it is not known for a moment.
            "max by (namespace, repository, project, version) (max_over_time(pyrepo_compromised_downloads[15m])) > 0",
            $"{{{{ $labels.project }}}} {{{{ $labels.version }}}} was downloaded from {Repository}, and an advisory "
            + "names it."),
        new("PyRepoYankedDownloads", AlertSeverity.Info, "",
            "sum by (namespace, repository) (increase(pyrepo_yanked_downloads_total[1h])) > 0",
            $"Someone still downloads yanked files from {Repository}."),
        new("PyRepoRefusalsRise", AlertSeverity.Warning, "15m",
            Rise("pyrepo_policy_refused_total", "namespace, repository, rule"),
            $"{Repository} refuses ten times as many files as last week, by the rule {{{{ $labels.rule }}}}."),
        new("PyRepoFailedLoginsRise", AlertSeverity.Warning, "15m",
            Rise("pyrepo_logins_total{result=~\"rejected|throttled\"}", "namespace, repository"),
            $"Ten times as many logins to {Repository} fail as last week."),
        new("PyRepoCertificateExpires", AlertSeverity.Warning, "1h",
            "min by (namespace, repository) (pyrepo_certificate_expiry_timestamp_seconds) - time() < 14 * 86400",
            $"The certificate of {Repository} ends within two weeks."),
        new("PyRepoHostPassed", AlertSeverity.Warning, "",
            "sum by (namespace) (increase(pyrepo_operator_host_changes_total{change=\"passed\"}[1h])) > 0",
            "A host was passed to another namespace."),
    ];

    /// <summary>More than a hundred an hour, and ten times as many as a week before.</summary>
    static string Rise(string series, string labels) =>
        $"sum by ({labels}) (increase({series}[1h])) > 100\n"
        + $"and sum by ({labels}) (increase({series}[1h]))\n"
        + $"  > 10 * (sum by ({labels}) (increase({series}[1h] offset 1w)) or sum by ({labels}) ({series}) * 0)";

    static ImmutableArray<Alert> Operator =>
    [
        new("PyRepoNoLeader", AlertSeverity.Critical, "5m",
            """
            sum by (namespace) (leader_election_master_status{name="pyrepo-operator"}) == 0
            or absent(leader_election_master_status{name="pyrepo-operator"})
            """,
            "No operator leads. Repositories go on serving, and no change takes effect."),
        new("PyRepoReconcilesFail", AlertSeverity.Warning, "1h",
            "max by (kind, namespace, name) "
            + """(pyrepo_resource_condition{type="Ready",reason="ReconcileFailed"}) > 0""",
            $"The operator keeps failing to reconcile {Resource}."),
        new("PyRepoResourcesLeftOut", AlertSeverity.Warning, "1h",
            "max by (namespace) (pyrepo_operator_series_left_out) > 0",
            "{{ $value }} resources are not looked after, because their namespaces have too many."),
        new("PyRepoRolloutFailed", AlertSeverity.Warning, "",
            """max by (namespace) (pyrepo_operator_rollouts{state="failed"}) > 0""",
            "{{ $value }} resources did not become ready with new pods. Others wait for them."),
        new("PyRepoRolloutStuck", AlertSeverity.Warning, "5m",
            """
            max by (namespace) (pyrepo_operator_rollouts{state="rolling"}) > 0
            and max by (namespace) (pyrepo_operator_rollouts{state="waiting"}) > 0
            and max by (namespace) (pyrepo_operator_rollouts{state="waiting"})
              >= max by (namespace) (pyrepo_operator_rollouts{state="waiting"} offset 1h)
            """,
            "Resources wait for their turn to roll, and for an hour none has got it."),
        new("PyRepoKindsNotListed", AlertSeverity.Warning, "15m",
            "max by (namespace) (pyrepo_operator_kinds_not_listed) > 0",
            "The operator cannot list {{ $value }} kinds of objects."),
    ];
}
