using System.Globalization;

namespace PyRepo.Kubernetes.Metrics;

/// <summary>How long things took, in buckets.</summary>
/// <param name="bounds">The upper bounds of the buckets in seconds, rising; one more bucket has none.</param>
public sealed class Histogram(IReadOnlyList<double> bounds) : Metric
{
    readonly Lock _lock = new();
    readonly long[] _counts = new long[bounds.Count + 1];
    double _sum;

    internal override string Type => "histogram";

    /// <summary>How many were counted.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
                return _counts.Sum();
        }
    }

    /// <summary>Counts one that took so long.</summary>
    public void Observe(TimeSpan time)
    {
        var seconds = time.TotalSeconds;
        var bucket = 0;
        while (bucket < bounds.Count && seconds > bounds[bucket])
            bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += seconds;
        }
    }

    internal override void Write(PrometheusText text, string name, string labels)
    {
        var (counts, sum) = Read();
        var (total, separator) = (0L, labels.Length > 0 ? "," : "");
        foreach (var (index, count) in counts.Index())
        {
            total += count;
            var bound = index < bounds.Count ? bounds[index].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Line(name + "_bucket", $"{labels}{separator}le=\"{bound}\"", total);
        }
        text.Line(name + "_sum", labels, sum);
        text.Line(name + "_count", labels, total);
    }

    (long[] Counts, double Sum) Read()
    {
        lock (_lock)
            return ([.. _counts], _sum);
    }
}
