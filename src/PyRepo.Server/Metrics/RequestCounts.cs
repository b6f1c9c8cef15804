using System.Diagnostics;

namespace PyRepo.Server.Metrics;

/// <summary>The requests of one repository, counted without a lock and without garbage.</summary>
sealed class RequestCounts
{
    /// <summary>The upper bounds of the buckets of <see cref="Durations"/>, in seconds; one more bucket has none.</summary>
    public static IReadOnlyList<double> Bounds => _bounds;

    static readonly double[] _bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    readonly long[] _statuses = new long[600];
    readonly long[] _durations = new long[_bounds.Length + 1];
    long _ticks;

    /// <summary>Counts a request that ended.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="began">The timestamp at which it began.</param>
    public void Add(int status, long began)
    {
        var elapsed = Stopwatch.GetElapsedTime(began);
        Interlocked.Increment(ref _statuses[Math.Clamp(status, 0, _statuses.Length - 1)]);
        Interlocked.Add(ref _ticks, elapsed.Ticks);
        var bucket = 0;
        while (bucket < _bounds.Length && elapsed.TotalSeconds > _bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _durations[bucket]);
    }

    /// <summary>How many requests ended with each status that occurred.</summary>
    public IEnumerable<(int Status, long Count)> Statuses =>
        _statuses.Select((count, status) => (status, count)).Where(s => s.count > 0);

    /// <summary>How many requests fell into each bucket.</summary>
    public IReadOnlyList<long> Durations => _durations;

    /// <summary>The sum of all durations.</summary>
    public TimeSpan TotalTime => TimeSpan.FromTicks(Volatile.Read(ref _ticks));
}
