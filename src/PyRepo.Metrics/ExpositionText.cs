using System.Buffers;
using System.Globalization;
using System.Text;

namespace PyRepo.Metrics;

/// <summary>
/// Writes the answer to a scrape, in version 0.0.4 of the
/// <see href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus text format</see>.
/// </summary>
/// <param name="output">Where it goes. The text is never in memory as a whole, unless that keeps it.</param>
public sealed class ExpositionText(IBufferWriter<byte> output)
{
    /// <summary>No number is longer.</summary>
    const int MaxNumberLength = 32;

    static readonly SearchValues<char> _escaped = SearchValues.Create("\\\"\n");

    MetricDefinition? _metric;

    /// <summary>The media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Begins a metric. Its samples follow.</summary>
    public void Begin(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _metric = metric;
        Append("# HELP ");
        Append(metric.Name);
        Append(" ");
        Append(metric.Help
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Append("\n# TYPE ");
        Append(metric.Name);
        Append(GetEnd(metric.Type));
    }

    /// <summary>Writes a sample of the metric that was begun.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">The values of the labels, in the order of the definition.</param>
    public void Add(double value, params ReadOnlySpan<string> labels) => Line("", value, labels, "");

    /// <summary>Writes a metric of one series without labels.</summary>
    public void Write(MetricDefinition metric, double value)
    {
        Begin(metric);
        Add(value);
    }

    /// <summary>Writes the series of a histogram that was begun.</summary>
    /// <param name="counts">The number of observations in each bucket, the one without a bound too.</param>
    /// <param name="sum">The sum of all observations.</param>
    /// <param name="labels">The values of the labels, in the order of the definition.</param>
    public void AddHistogram(ReadOnlySpan<long> counts, double sum, params ReadOnlySpan<string> labels)
    {
        var (total, bounds) = (0L, _metric!.Bounds);
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            total += counts[bucket];
            var bound = bucket < bounds.Length ? bounds[bucket].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line("_bucket", total, labels, bound);
        }
        Line("_sum", sum, labels, "");
        Line("_count", total, labels, "");
    }

    void Line(string ending, double value, ReadOnlySpan<string> labels, string bound)
    {
        var metric = _metric ?? throw new InvalidOperationException("A sample has no metric.");
        if (labels.Length != metric.Labels.Length)
            throw new ArgumentException($"{metric.Name} has {metric.Labels.Length} labels, not {labels.Length}.");
        Append(metric.Name);
        Append(ending);
        var separator = "{";
        for (var i = 0; i < labels.Length; i++)
        {
            Label(separator, metric.Labels[i], labels[i]);
            separator = ",";
        }
        if (bound.Length > 0)
        {
            Label(separator, "le", bound);
            separator = ",";
        }
        Append(separator is "," ? "} " : " ");
        value.TryFormat(output.GetSpan(MaxNumberLength), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
        Append("\n");
    }

    void Label(string separator, string name, string value)
    {
        Append(separator);
        Append(name);
        Append("=\"");
        var rest = value.AsSpan();
        while (rest.IndexOfAny(_escaped) is >= 0 and var at)
        {
            Append(rest[..at]);
            Append(rest[at] switch { '\n' => "\\n", '"' => "\\\"", _ => "\\\\" });
            rest = rest[(at + 1)..];
        }
        Append(rest);
        Append("\"");
    }

    void Append(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);

    static string GetEnd(MetricType type) => type switch
    {
        MetricType.Counter => " counter\n",
        MetricType.Gauge => " gauge\n",
        MetricType.Histogram => " histogram\n",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
