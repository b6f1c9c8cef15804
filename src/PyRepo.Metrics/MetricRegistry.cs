using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace PyRepo.Metrics;

/// <summary>
/// All that a program counts, and its text for Prometheus. Asking twice for the same series gives the same one.
/// </summary>
public sealed class MetricRegistry
{
    readonly Lock _lock = new();
    readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>A counter.</summary>
    /// <param name="metric">Its definition.</param>
    /// <param name="labels">The values of its labels, in the order of the definition.</param>
    public Counter Counter(MetricDefinition metric, params ReadOnlySpan<string> labels) =>
        Series(metric, MetricType.Counter, labels, static () => new Counter());

    /// <summary>A value that is computed at each scrape.</summary>
    public Gauge Gauge(MetricDefinition metric, Func<double> value, params ReadOnlySpan<string> labels) =>
        Series(metric, MetricType.Gauge, labels, () => new Gauge(value));

    /// <summary>Durations.</summary>
    public Histogram Histogram(MetricDefinition metric, params ReadOnlySpan<string> labels) =>
        Series(metric, MetricType.Histogram, labels, () => new Histogram(metric.Bounds));

    /// <summary>A metric whose series are found at each scrape: those that are gone have no sample any more.</summary>
    /// <param name="metric">Its definition.</param>
    /// <param name="samples">Returns the series of this moment, a bounded number.</param>
    public void Collect(MetricDefinition metric, Func<IEnumerable<Sample>> samples)
    {
        ArgumentNullException.ThrowIfNull(metric);
        lock (_lock)
            GetFamily(metric).Series[""] = ([], new CollectedSeries(samples));
    }

    /// <summary>Writes Prometheus' text format, sorted by name.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new ExpositionText(output);
        (MetricDefinition Metric, (ImmutableArray<string> Labels, Metric Metric)[] Series)[] families;
        lock (_lock)
            families = [.. _families.Values.Select(family => (family.Metric, family.Series.Values.ToArray()))];
        // Outside the lock: those who count must not wait for what is computed at a scrape.
        foreach (var (metric, series) in families)
        {
            text.Begin(metric);
            foreach (var (labels, each) in series)
                each.Write(text, labels.AsSpan());
        }
    }

    /// <summary>Returns the same as text.</summary>
    public override string ToString()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    T Series<T>(MetricDefinition metric, MetricType type, ReadOnlySpan<string> labels, Func<T> create) where T : Metric
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (metric.Type != type)
            throw new ArgumentException($"{metric.Name} is a {metric.Type}, not a {type}.", nameof(metric));
        if (metric.Labels.Length != labels.Length)
            throw new ArgumentException($"{metric.Name} has {metric.Labels.Length} labels, not {labels.Length}.");
        var key = string.Join('\0', labels!);
        lock (_lock)
        {
            var family = GetFamily(metric);
            if (!family.Series.TryGetValue(key, out var known))
                family.Series[key] = known = (labels.ToImmutableArray(), create());
            return (T)known.Metric;
        }
    }

    Family GetFamily(MetricDefinition metric) =>
        _families.TryGetValue(metric.Name, out var family)
            ? family : _families[metric.Name] = new Family(metric);

    sealed class Family(MetricDefinition metric)
    {
        public MetricDefinition Metric => metric;

        public SortedDictionary<string, (ImmutableArray<string> Labels, Metric Metric)> Series { get; } =
            new(StringComparer.Ordinal);
    }
}

/// <summary>A series at one moment.</summary>
/// <param name="Value">The value.</param>
/// <param name="Labels">The values of the labels, in the order of the definition.</param>
public readonly record struct Sample(double Value, params ImmutableArray<string> Labels);
