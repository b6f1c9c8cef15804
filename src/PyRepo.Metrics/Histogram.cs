using System.Collections.Immutable;

namespace PyRepo.Metrics;

/// <summary>How long things took, in buckets. It takes no lock, and a reader may see a part of an observation.</summary>
/// <param name="bounds">The upper bounds of the buckets in seconds, rising; one more bucket has none.</param>
public sealed class Histogram(ImmutableArray<double> bounds) : Metric
{
    readonly long[] _counts = new long[bounds.Length + 1];
    long _ticks;

    /// <summary>How many were counted.</summary>
    public long Count
    {
        get
        {
            var sum = 0L;
            foreach (ref var count in _counts.AsSpan())
                sum += Volatile.Read(ref count);
            return sum;
        }
    }

    /// <summary>Counts one that took so long.</summary>
    public void Observe(TimeSpan time)
    {
        var (seconds, bucket) = (time.TotalSeconds, 0);
        while (bucket < bounds.Length && seconds > bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _ticks, time.Ticks);
    }

    internal override void Write(ExpositionText text, ReadOnlySpan<string> labels) => AddTo(text, labels);

    /// <summary>Writes its series, as those of a metric that was begun.</summary>
    public void AddTo(ExpositionText text, params ReadOnlySpan<string> labels)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.AddHistogram(_counts, TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalSeconds, labels);
    }
}
