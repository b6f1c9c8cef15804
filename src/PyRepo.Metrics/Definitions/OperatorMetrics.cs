using System.Collections.Immutable;

namespace PyRepo.Metrics;

/// <summary>The operator's own metrics, beside <see cref="ControllerRuntimeMetrics"/>.</summary>
public static class OperatorMetrics
{
    static readonly Definitions.MetricList _list = new();

    public static MetricDefinition ResourceCondition { get; } = _list.Gauge(
        "pyrepo_resource_condition", "kind, namespace, name, type, status, reason",
        "1 for each condition of each resource, with its status (True, False or Unknown) and its reason. All operators "
        + "have the same",
        "`Ready` that is not `True` for minutes: [the reason](operator.md#reasons)");

    public static MetricDefinition ResourceInfo { get; } = _list.Gauge(
        "pyrepo_resource_info", "kind, namespace, name, image, version",
        "1 for each resource, with the image that its pods run and the version that its servers report",
        "a version that is not yours: an upgrade that has not reached it");

    public static MetricDefinition SnapshotLast { get; } = _list.Gauge(
        ServerMetrics.BackupLast.Name, "namespace, repository",
        "the same as of servers, for [backups that are volume snapshots](backups.md#volume-snapshots): when the newest "
        + "one was taken, as Unix time",
        "compare it with the time of `pyrepo_backup_due_timestamp_seconds`");

    public static MetricDefinition SnapshotDue { get; } = _list.Gauge(
        ServerMetrics.BackupDue.Name, "namespace, repository",
        "the same, for volume snapshots: when the next one is due, as Unix time",
        "hours ago: `BackupReady` says why there is none");

    public static MetricDefinition SnapshotFailing { get; } = _list.Gauge(
        ServerMetrics.BackupFailing.Name, "namespace, repository",
        "the same, for volume snapshots: 1 if `BackupReady` is False, else 0",
        "at 1 for hours: `BackupReady` says why");

    public static MetricDefinition SeriesLeftOut { get; } = _list.Gauge(
        "pyrepo_operator_series_left_out", "",
        "resources without series in the metrics above, because there are too many",
        "above 0: [Limits](limits.md#the-operator)");

    public static MetricDefinition Hosts { get; } = _list.Gauge(
        "pyrepo_operator_hosts", "state",
        "hosts in the ConfigMap pyrepo-hosts: used, or held for the namespace that had them last");

    public static MetricDefinition HostChanges { get; } = _list.Counter(
        "pyrepo_operator_host_changes_total", "change",
        "hosts that changed hands: registered, unused (held for their namespace), expired, released (by hand, or with "
        + "their namespace) or passed to another namespace",
        "unexpected `passed`: the events of the ConfigMap [`pyrepo-hosts`](operator.md#hosts)");

    public static MetricDefinition Rollouts { get; } = _list.Gauge(
        "pyrepo_operator_rollouts", "state",
        "resources that a new image, setting or operator changes: rolling, waiting for their turn, or failed (not ready "
        + "in their time). Ask the operator that holds the Lease",
        "`failed` above 0: [Upgrades](operator.md#upgrades); the operator's log and the events `RolloutFailed` name the "
        + "resources");

    public static MetricDefinition KindsNotListed { get; } = _list.Gauge(
        "pyrepo_operator_kinds_not_listed", "",
        "kinds of objects that cannot be listed, or have not been listed yet",
        "above 0 for minutes: `/readyz` and the log name the kind and the reason");

    public static MetricDefinition ObjectsLeftOut { get; } = _list.Counter(
        "pyrepo_operator_objects_left_out_total", "",
        "changes of objects that are not kept in memory, because their namespace has too many, or too large ones",
        "a rise: the log names kind and namespace; see [Limits](limits.md#the-operator)");

    public static MetricDefinition ResourcesParsed { get; } = _list.Counter(
        "pyrepo_operator_resources_parsed_total", "", "versions of resources that were read",
        "a steady rise: resources, or their status, are written again and again");

    public static MetricDefinition BuildInfo { get; } = _list.Gauge(
        "pyrepo_operator_build_info", "version", "1, with the version of the operator");

    /// <summary>All of them.</summary>
    public static ImmutableArray<MetricDefinition> All { get; } = _list.All;
}
