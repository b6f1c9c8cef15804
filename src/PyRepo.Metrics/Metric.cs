namespace PyRepo.Metrics;

/// <summary>One series: a metric's name with one set of labels.</summary>
public abstract class Metric
{
    internal abstract void Write(ExpositionText text, ReadOnlySpan<string> labels);
}

/// <summary>All series of a metric, as they are at the time of the scrape.</summary>
sealed class CollectedSeries(Func<IEnumerable<Sample>> samples) : Metric
{
    internal override void Write(ExpositionText text, ReadOnlySpan<string> labels)
    {
        foreach (var sample in samples())
            text.Add(sample.Value, sample.Labels.AsSpan());
    }
}

/// <summary>A value at the time of the scrape.</summary>
public sealed class Gauge(Func<double> value) : Metric
{
    internal override void Write(ExpositionText text, ReadOnlySpan<string> labels) => text.Add(value(), labels);
}

/// <summary>How often something happened. It only rises.</summary>
public sealed class Counter : Metric
{
    long _value;

    /// <summary>So far.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>It happened once more.</summary>
    public void Increment() => Interlocked.Increment(ref _value);

    internal override void Write(ExpositionText text, ReadOnlySpan<string> labels) => text.Add(Value, labels);
}
