namespace PyRepo.Kubernetes.Metrics;

/// <summary>One series: a metric's name with one set of labels.</summary>
public abstract class Metric
{
    internal abstract string Type { get; }

    internal abstract void Write(PrometheusText text, string name, string labels);
}

/// <summary>A value at the time of the scrape.</summary>
public sealed class Gauge(Func<double> value) : Metric
{
    internal override string Type => "gauge";

    internal override void Write(PrometheusText text, string name, string labels) => text.Line(name, labels, value());
}

/// <summary>How often something happened. It only rises.</summary>
public sealed class Counter : Metric
{
    long _value;

    /// <summary>So far.</summary>
    public long Value => Interlocked.Read(ref _value);

    internal override string Type => "counter";

    /// <summary>It happened once more.</summary>
    public void Increment() => Interlocked.Increment(ref _value);

    internal override void Write(PrometheusText text, string name, string labels) => text.Line(name, labels, Value);
}
