using PyRepo.Kubernetes.Metrics;

namespace PyRepo.Kubernetes.Controllers;

/// <summary>The metrics that controller-runtime has of a controller, under its names.</summary>
sealed class ControllerMetrics
{
    static readonly double[] _bounds =
    [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
        1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ];

    readonly Counter _success, _requeueAfter, _error, _errors, _panics;
    readonly Histogram _time;
    int _active;

    public ControllerMetrics(MetricRegistry registry, string controller, int workers)
    {
        var label = new MetricLabel("controller", controller);
        Counter Total(string result) => registry.Counter(
            "controller_runtime_reconcile_total", "Reconciles that ended.", label, new MetricLabel("result", result));
        (_success, _requeueAfter, _error) = (Total("success"), Total("requeue_after"), Total("error"));
        _errors = registry.Counter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", label);
        _panics = registry.Counter(
            "controller_runtime_reconcile_panics_total", "Exceptions that no reconciler expects.", label);
        _time = registry.Histogram(
            "controller_runtime_reconcile_time_seconds", "How long reconciles took.", _bounds, label);
        registry.Gauge(
            "controller_runtime_active_workers", "Reconciles that are running.", () => Volatile.Read(ref _active),
            label);
        registry.Gauge(
            "controller_runtime_max_concurrent_reconciles", "The maximum number of concurrent reconciles.",
            () => workers, label);
    }

    public void Began() => Interlocked.Increment(ref _active);

    public void Ended(TimeSpan time)
    {
        Interlocked.Decrement(ref _active);
        _time.Observe(time);
    }

    public void Succeeded(bool comesAgain) => (comesAgain ? _requeueAfter : _success).Increment();

    public void Failed()
    {
        _error.Increment();
        _errors.Increment();
    }

    public void Panicked() => _panics.Increment();
}
