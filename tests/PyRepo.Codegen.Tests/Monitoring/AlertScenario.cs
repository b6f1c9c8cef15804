using System.Collections.Immutable;

namespace PyRepo.Codegen.Tests.Monitoring;

/// <summary>Series in which a fault comes and is mended, in the notation of <c>promtool test rules</c>.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="FiresAt">A minute in which it fires.</param>
/// <param name="IsSilentAt">Minutes in which it does not: before the fault, and after it is mended.</param>
/// <param name="Series">Each series with its values, one a minute.</param>
sealed record AlertScenario(
    string Alert, int? FiresAt, ImmutableArray<int> IsSilentAt,
    params ImmutableArray<(string Series, string Values)> Series)
{
    const string Server = "namespace=\"a\",repository=\"r\",pod=\"r-1\"";

    /// <summary>A counter of the server that rises for ten minutes, and then no longer.</summary>
    static AlertScenario Rising(string alert, string metric, string labels = "", int silentAt = 200) => new(
        alert, 12, [3, silentAt], ($"{metric}{{{Server}{labels}}}", $"0x5 1+1x10 11x{silentAt}"));

    /// <summary>A gauge of the server that is 0, then 2 for so many minutes, then 0.</summary>
    static AlertScenario Raised(string alert, string metric, int minutes, int firesAt) => new(
        alert, firesAt, [3, minutes + 20], ($"{metric}{{{Server}}}", $"0x5 2x{minutes} 0x60"));

    /// <summary>At least one for each alert.</summary>
    public static ImmutableArray<AlertScenario> All { get; } =
    [
        new("PyRepoNotReady", 15, [5, 60],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="Ready",status="False",reason="X"}""",
                "1x30 _x60")),
        new("PyRepoNotReady", null, [15],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="Ready",status="True",reason="X"}""", "1x30")),
        new("PyRepoPendingForLong", 40, [20, 80],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="Ready",status="Unknown",reason="Starting"}""",
                "1x60 _x40")),
        // Somebody wants it so.
        new("PyRepoPendingForLong", null, [50],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="Ready",status="Unknown",reason="Paused"}""",
                "1x60")),
        Errors("PyRepoErrorBudgetBurnsFast", "0+20x90 1800x400", firesAt: 80, silentAt: 300),
        // Five errors of five requests in an hour are no trend.
        new("PyRepoErrorBudgetBurnsFast", null, [50, 90],
            ($"pyrepo_http_requests_total{{{Server},route=\"file\",status=\"500\"}}", "0x40 1 2 3 4 5x60")),
        Errors("PyRepoErrorBudgetBurnsSlowly", "0+4x500 2000x200", firesAt: 100, silentAt: 600),
        new("PyRepoBackgroundWorkFails", 90, [20, 200],
            ($"pyrepo_background_failures_total{{{Server},loop=\"lease\"}}", "0+1x120 120x120")),
        new("PyRepoVolumeFull", 10, [4, 50],
            ($"pyrepo_volume_free_bytes{{{Server}}}", "4x30 50x60"),
            ($"pyrepo_volume_size_bytes{{{Server}}}", "100x90")),
        new("PyRepoVolumeAtMax", 10, [3, 60],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="StorageReady",reason="VolumeAtMax"}""",
                "1x30 _x60")),
        new("PyRepoVolumeAtMax", 10, [3, 60],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="StorageReady",reason="GrowthRefused"}""",
                "1x30 _x60")),
        // Its cache stays as full as it is, and evicts.
        new("PyRepoVolumeAtMax", null, [20],
            ("pyrepo_resource_condition{kind=\"ProxyRepository\",namespace=\"a\",name=\"r\",type=\"StorageReady\","
                + "reason=\"VolumeAtMax\"}",
                "1x30")),
        // The volume is being expanded.
        new("PyRepoVolumeAtMax", null, [20],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="StorageReady",reason="Growing"}""",
                "1x30")),
        new("PyRepoVolumeFillsUp", 150, [30, 650],
            ($"pyrepo_volume_free_bytes{{{Server}}}", "900-1x200 5000x500"),
            ($"pyrepo_volume_size_bytes{{{Server}}}", "6000x700")),
        Rising("PyRepoDiskFails", "pyrepo_disk_failures_total"),
        Rising("PyRepoWritesLost", "pyrepo_lost_writes_total"),
        Raised("PyRepoFilesDamaged", "pyrepo_damaged_files", 10, 8),
        Rising("PyRepoFilesRemoved", "pyrepo_removed_files_total"),
        Rising("PyRepoDownloadsNotLogged", "pyrepo_download_log_lost_total"),
        new("PyRepoPendingForLong", null, [50],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="Ready",status="Unknown",reason="Restoring"}""",
                "1x60")),
        new("PyRepoBackupFails", 90, [30, 150], ($"pyrepo_backup_failing{{{Server}}}", "0x5 1x100 0x60")),
        // Another replica knows of one that was made since.
        new("PyRepoBackupOld", 400, [300, 450],
            ($"pyrepo_backup_due_timestamp_seconds{{{Server}}}", "600x500"),
            ("pyrepo_backup_due_timestamp_seconds{namespace=\"a\",repository=\"r\",pod=\"r-2\"}",
                "600x420 90000x80")),
        // Of backups that are snapshots the operator tells, and not the servers.
        new("PyRepoBackupFails", 90, [30, 150],
            ("""pyrepo_backup_failing{namespace="a",repository="r",job="operator"}""", "0x5 1x100 0x60")),
        new("PyRepoBackupOld", 400, [300],
            ("""pyrepo_backup_due_timestamp_seconds{namespace="a",repository="r",job="operator"}""", "600x500")),
        new("PyRepoBackupUnverified", 1500, [1400, 1600],
            ($"pyrepo_backup_verification_due_timestamp_seconds{{{Server}}}", "600x1550 700000x60")),
        Raised("PyRepoBackupDamaged", "pyrepo_backup_damaged_objects", 10, 8),
        new("PyRepoUpstreamDown", 90, [30, 150], ($"pyrepo_upstream_up{{{Server}}}", "1x5 0x100 1x60")),
        // The pod begins anew meanwhile.
        new("PyRepoUpstreamStale", 4500, [4200, 5560],
            ($"pyrepo_upstream_up{{{Server}}}", "0x2000 _x3600"),
            ("pyrepo_upstream_up{namespace=\"a\",repository=\"r\",pod=\"r-2\"}", "_x2010 0x3490 1x100")),
        // Each pass begins at 0, and fails again.
        new("PyRepoMirrorIncomplete", 1600, [100, 2200],
            ($"pyrepo_mirror_failures{{{Server}}}", "0x20 3x600 0x20 3x600 0x20 3x600 0x500")),
        new("PyRepoAdvisoriesOld", 4500, [4300, 4650],
            ($"pyrepo_advisories{{{Server}}}", "7x4700"),
            ($"pyrepo_advisories_last_success_timestamp_seconds{{{Server}}}", "0x4600 300000x100")),
        new("PyRepoAdvisoriesOld", 90, [30], ($"pyrepo_advisories{{{Server}}}", "7x100")),
        new("PyRepoCompromisedDownloads", 10, [3, 50],
            ($"pyrepo_compromised_downloads{{{Server},project=\"p\",version=\"1\"}}", "0x5 2x20 0x60")),
        Rising("PyRepoYankedDownloads", "pyrepo_yanked_downloads_total"),
        new("PyRepoRefusalsRise", 10180, [10000, 10500],
            ($"pyrepo_policy_refused_total{{{Server},rule=\"block\"}}", "0x10080 0+4x180 720x300")),
        // It was so last week, too.
        new("PyRepoRefusalsRise", null, [10400],
            ($"pyrepo_policy_refused_total{{{Server},rule=\"block\"}}", "0+4x10500")),
        new("PyRepoFailedLoginsRise", 10180, [10000, 10500],
            ($"pyrepo_logins_total{{{Server},result=\"rejected\"}}", "0x10080 0+4x180 720x300")),
        new("PyRepoFailedLoginsRise", null, [10180],
            ($"pyrepo_logins_total{{{Server},result=\"accepted\"}}", "0x10080 0+4x180 720x300")),
        new("PyRepoCertificateExpires", 90, [30, 150],
            ($"pyrepo_certificate_expiry_timestamp_seconds{{{Server}}}", "1209000x100 99999999x60")),
        new("PyRepoHostPassed", 12, [3, 200],
            ("""pyrepo_operator_host_changes_total{change="passed"}""", "0x5 1x200")),
        new("PyRepoNoLeader", 20, [8, 45],
            ("""leader_election_master_status{name="pyrepo-operator",pod="o-1"}""", "1x10 0x20 1x20"),
            ("""leader_election_master_status{name="pyrepo-operator",pod="o-2"}""", "0x50")),
        // No operator is there at all.
        new("PyRepoNoLeader", 10, [], ("up", "1x20")),
        // One of two namespaces has an operator that leads.
        new("PyRepoNoLeader", 10, [],
            ("""leader_election_master_status{name="pyrepo-operator",namespace="a"}""", "1x20"),
            ("""leader_election_master_status{name="pyrepo-operator",namespace="b"}""", "0x20")),
        new("PyRepoReconcilesFail", 90, [20, 200],
            ("""pyrepo_resource_condition{namespace="a",name="r",type="Ready",reason="ReconcileFailed"}""",
                "1x120 _x100")),
        Raised("PyRepoResourcesLeftOut", "pyrepo_operator_series_left_out", 100, 80),
        new("PyRepoRolloutFailed", 10, [3, 30], ("""pyrepo_operator_rollouts{state="failed"}""", "0x5 1x10 0x30")),
        new("PyRepoRolloutStuck", 80, [40, 150],
            ("""pyrepo_operator_rollouts{state="rolling"}""", "1x200 0x30"),
            ("""pyrepo_operator_rollouts{state="waiting"}""", "3x100 2x5 1x5 0x200")),
        // A long rollout that goes on.
        new("PyRepoRolloutStuck", null, [150],
            ("""pyrepo_operator_rollouts{state="rolling"}""", "5x200"),
            ("""pyrepo_operator_rollouts{state="waiting"}""", "300-1x200")),
        Raised("PyRepoKindsNotListed", "pyrepo_operator_kinds_not_listed", 30, 25),
    ];

    static AlertScenario Errors(string alert, string errors, int firesAt, int silentAt) => new(
        alert, firesAt, [silentAt],
        ($"pyrepo_http_requests_total{{{Server},route=\"file\",status=\"200\"}}", "0+96x700"),
        ($"pyrepo_http_requests_total{{{Server},route=\"file\",status=\"500\"}}", errors));
}
