using PyRepo.Kubernetes.Metrics;

namespace PyRepo.Kubernetes.Queue;

/// <summary>The metrics that client-go has of a work queue, under its names.</summary>
sealed class WorkQueueMetrics(MetricRegistry registry, string name)
{
    static readonly double[] _bounds = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

    readonly MetricLabel[] _labels = [new("controller", name), new("name", name)];

    public Counter Adds { get; } = registry.Counter(
        "workqueue_adds_total", "Keys that were added.", new("controller", name), new("name", name));

    public Counter Retries { get; } = registry.Counter(
        "workqueue_retries_total", "Keys that were added for later.", new("controller", name), new("name", name));

    public Histogram QueueDuration { get; } = registry.Histogram(
        "workqueue_queue_duration_seconds", "How long keys waited.", _bounds,
        new("controller", name), new("name", name));

    public Histogram WorkDuration { get; } = registry.Histogram(
        "workqueue_work_duration_seconds", "How long keys were worked on.", _bounds,
        new("controller", name), new("name", name));

    public void AddGauges(Func<QueuePriority, double> depth, Func<double> unfinished, Func<double> longest)
    {
        foreach (var priority in Enum.GetValues<QueuePriority>())
        {
            registry.Gauge(
                "workqueue_depth", "Keys that wait.", () => depth(priority),
                [.. _labels, new("priority", priority is QueuePriority.Low ? "-100" : "0")]);
        }
        registry.Gauge(
            "workqueue_unfinished_work_seconds", "The sum of the times of what is being worked on.",
            unfinished, _labels);
        registry.Gauge(
            "workqueue_longest_running_processor_seconds", "The longest time of what is being worked on.",
            longest, _labels);
    }
}
