using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Controllers;

/// <summary>The metrics that controller-runtime has of a controller, under its names.</summary>
sealed class ControllerMetrics
{
    readonly Counter _success, _requeueAfter, _error, _errors, _panics;
    readonly Histogram _time;
    int _active;

    public ControllerMetrics(MetricRegistry registry, string controller, int workers)
    {
        Counter Total(string result) => registry.Counter(ControllerRuntimeMetrics.ReconcileTotal, controller, result);
        (_success, _requeueAfter, _error) = (Total("success"), Total("requeue_after"), Total("error"));
        _errors = registry.Counter(ControllerRuntimeMetrics.ReconcileErrors, controller);
        _panics = registry.Counter(ControllerRuntimeMetrics.ReconcilePanics, controller);
        _time = registry.Histogram(ControllerRuntimeMetrics.ReconcileTime, controller);
        registry.Gauge(ControllerRuntimeMetrics.ActiveWorkers, () => Volatile.Read(ref _active), controller);
        registry.Gauge(ControllerRuntimeMetrics.MaxConcurrentReconciles, () => workers, controller);
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
