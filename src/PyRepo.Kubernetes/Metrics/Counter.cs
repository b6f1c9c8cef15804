namespace PyRepo.Kubernetes.Metrics;

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
