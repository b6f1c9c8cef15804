namespace PyRepo.Kubernetes.Metrics;

/// <summary>
/// All that a program counts, and its text for Prometheus. Asking twice for the same series gives the same one.
/// </summary>
public sealed class MetricRegistry
{
    readonly Lock _lock = new();
    readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>The media type of <see cref="Render"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>A counter; its name ends in <c>_total</c>.</summary>
    public Counter Counter(string name, string help, params ReadOnlySpan<MetricLabel> labels) =>
        Series(name, help, labels, static () => new Counter());

    /// <summary>A value that is computed at each scrape.</summary>
    public Gauge Gauge(string name, string help, Func<double> value, params ReadOnlySpan<MetricLabel> labels) =>
        Series(name, help, labels, () => new Gauge(value));

    /// <summary>Durations; its name ends in <c>_seconds</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">A description of what it counts.</param>
    /// <param name="bounds">The upper bounds of the buckets in seconds, rising.</param>
    /// <param name="labels">The labels that distinguish it from others of its name.</param>
    public Histogram Histogram(
        string name, string help, IReadOnlyList<double> bounds, params ReadOnlySpan<MetricLabel> labels) =>
        Series(name, help, labels, () => new Histogram(bounds));

    /// <summary>Prometheus' text format, sorted by name.</summary>
    public string Render()
    {
        var text = new PrometheusText();
        lock (_lock)
        {
            foreach (var (name, family) in _families)
            {
                text.Head(name, family.Series.Values.First().Type, family.Help);
                foreach (var (labels, metric) in family.Series)
                    metric.Write(text, name, labels);
            }
        }
        return text.ToString();
    }

    T Series<T>(string name, string help, ReadOnlySpan<MetricLabel> labels, Func<T> create) where T : Metric
    {
        var key = PrometheusText.Labels(labels);
        lock (_lock)
        {
            if (!_families.TryGetValue(name, out var family))
                _families[name] = family = new Family(help);
            if (family.Series.TryGetValue(key, out var known))
                return (T)known;
            var metric = create();
            family.Series[key] = metric;
            return metric;
        }
    }

    sealed record Family(string Help)
    {
        public SortedDictionary<string, Metric> Series { get; } = new(StringComparer.Ordinal);
    }
}
