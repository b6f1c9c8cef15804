using System.Collections.Immutable;

namespace PyRepo.Metrics.Definitions;

/// <summary>Defines metrics, and keeps them in their order.</summary>
sealed class MetricList
{
    readonly ImmutableArray<MetricDefinition>.Builder _all = ImmutableArray.CreateBuilder<MetricDefinition>();

    /// <summary>All that were defined so far.</summary>
    public ImmutableArray<MetricDefinition> All => _all.ToImmutable();

    /// <inheritdoc cref="Add"/>
    public MetricDefinition Counter(string name, string labels, string help, string advice = "") =>
        Add(new(name, MetricType.Counter, help), labels, advice);

    /// <inheritdoc cref="Add"/>
    public MetricDefinition Gauge(string name, string labels, string help, string advice = "") =>
        Add(new(name, MetricType.Gauge, help), labels, advice);

    /// <inheritdoc cref="Add"/>
    public MetricDefinition Histogram(
        string name, string labels, string help, ImmutableArray<double> bounds, string advice = "") =>
        Add(new(name, MetricType.Histogram, help) { Bounds = bounds }, labels, advice);

    /// <summary>Defines a metric.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="labels">The names of its labels: <c>a, b</c>.</param>
    /// <param name="advice">Advice for people, as Markdown; empty if there is nothing to do.</param>
    MetricDefinition Add(MetricDefinition metric, string labels, string advice)
    {
        metric = metric with
        {
            Labels = [.. labels.Split(", ", StringSplitOptions.RemoveEmptyEntries)],
            Advice = advice,
        };
        _all.Add(metric);
        return metric;
    }
}
