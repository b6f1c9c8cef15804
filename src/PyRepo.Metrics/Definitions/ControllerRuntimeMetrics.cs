using System.Collections.Immutable;

namespace PyRepo.Metrics;

/// <summary>
/// The metrics of controllers, queues, elections and requests to the API server, under the names that controller-runtime
/// and client-go give them.
/// </summary>
public static class ControllerRuntimeMetrics
{
    static readonly Definitions.MetricList _list = new();

    public static MetricDefinition ReconcileTotal { get; } = _list.Counter(
        "controller_runtime_reconcile_total", "controller, result",
        "reconciles that ended: success, requeue_after (checks again later) or error",
        "some `error` are conflicts of two writers, which are retried. If they persist: the operator's log");

    public static MetricDefinition ReconcileErrors { get; } = _list.Counter(
        "controller_runtime_reconcile_errors_total", "controller", "the same as the result error");

    public static MetricDefinition ReconcilePanics { get; } = _list.Counter(
        "controller_runtime_reconcile_panics_total", "controller", "unexpected exceptions",
        "any: report a bug, with the log");

    public static MetricDefinition ReconcileTime { get; } = _list.Histogram(
        "controller_runtime_reconcile_time_seconds", "controller", "how long reconciles took",
        [
            0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
            1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
        ],
        "seconds: the API server is slow");

    public static MetricDefinition ActiveWorkers { get; } = _list.Gauge(
        "controller_runtime_active_workers", "controller", "reconciles that are running");

    public static MetricDefinition MaxConcurrentReconciles { get; } = _list.Gauge(
        "controller_runtime_max_concurrent_reconciles", "controller", "how many may run at once");

    public static MetricDefinition QueueAdds { get; } = _list.Counter(
        "workqueue_adds_total", "controller, name", "resources that were added to the queue");

    public static MetricDefinition QueueRetries { get; } = _list.Counter(
        "workqueue_retries_total", "controller, name",
        "resources that were added for later, after a failure or for another check");

    public static MetricDefinition QueueDepth { get; } = _list.Gauge(
        "workqueue_depth", "controller, name, priority",
        "waiting resources; priority 0 after a change, -100 after a start or for a resync",
        "above 0 for minutes at priority `0`: the operator does not keep up; check its CPU and the API server");

    static readonly ImmutableArray<double> _queueBounds =
        [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

    public static MetricDefinition QueueDuration { get; } = _list.Histogram(
        "workqueue_queue_duration_seconds", "controller, name", "how long resources waited", _queueBounds, "as above");

    public static MetricDefinition WorkDuration { get; } = _list.Histogram(
        "workqueue_work_duration_seconds", "controller, name", "how long the work on each resource took", _queueBounds);

    public static MetricDefinition UnfinishedWork { get; } = _list.Gauge(
        "workqueue_unfinished_work_seconds", "controller, name",
        "how long all current work has taken, together");

    public static MetricDefinition LongestRunning { get; } = _list.Gauge(
        "workqueue_longest_running_processor_seconds", "controller, name",
        "how long the longest current work has taken",
        "minutes: it hangs. Restart the operator, and report a bug with the log");

    public static MetricDefinition Leads { get; } = _list.Gauge(
        "leader_election_master_status", "name", "1 if this process holds the Lease, else 0",
        "0 in all of them: no operator is active. Check the pods' logs and the Lease");

    public static MetricDefinition ApiRequests { get; } = _list.Counter(
        "rest_client_requests_total", "code, method",
        "requests to the API server, by method and status of the response; the code is <error> if there was none",
        "a rise of 429: the API server is overloaded. 403: a right is missing; the log names it");

    public static MetricDefinition EventsDropped { get; } = _list.Counter(
        "events_dropped_total", "",
        "Kubernetes events that were not written: too many about one resource, or refused",
        "the conditions have the newest state");

    /// <summary>All of them.</summary>
    public static ImmutableArray<MetricDefinition> All { get; } = _list.All;
}
