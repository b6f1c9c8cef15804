using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Queue;

/// <summary>The metrics that client-go has of a work queue, under its names.</summary>
sealed class WorkQueueMetrics(MetricRegistry registry, string name)
{
    public Counter Adds { get; } = registry.Counter(ControllerRuntimeMetrics.QueueAdds, name, name);

    public Counter Retries { get; } = registry.Counter(ControllerRuntimeMetrics.QueueRetries, name, name);

    public Histogram QueueDuration { get; } =
        registry.Histogram(ControllerRuntimeMetrics.QueueDuration, name, name);

    public Histogram WorkDuration { get; } = registry.Histogram(ControllerRuntimeMetrics.WorkDuration, name, name);

    public void AddGauges(Func<QueuePriority, double> depth, Func<double> unfinished, Func<double> longest)
    {
        foreach (var priority in Enum.GetValues<QueuePriority>())
        {
            registry.Gauge(
                ControllerRuntimeMetrics.QueueDepth, () => depth(priority), name, name,
                priority is QueuePriority.Low ? "-100" : "0");
        }
        registry.Gauge(ControllerRuntimeMetrics.UnfinishedWork, unfinished, name, name);
        registry.Gauge(ControllerRuntimeMetrics.LongestRunning, longest, name, name);
    }
}
