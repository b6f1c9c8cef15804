using System.Diagnostics;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Counts the requests of one repository, without locks and without allocations.</summary>
sealed class RequestCounts
{
    /// <summary>
    /// The upper bounds of the buckets in <see cref="Durations"/>, in seconds. One more bucket has no upper bound.
    /// </summary>
    public static IReadOnlyList<double> Bounds => _bounds;

    static readonly double[] _bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    readonly long[] _statuses = new long[600];
    readonly long[] _durations = new long[_bounds.Length + 1];
    long _ticks;

    /// <summary>Counts a completed request.</summary>
    /// <param name="status">The status of the response.</param>
    /// <param name="started">The timestamp when the request started.</param>
    public void Add(int status, long started)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        Interlocked.Increment(ref _statuses[Math.Clamp(status, 0, _statuses.Length - 1)]);
        Interlocked.Add(ref _ticks, elapsed.Ticks);
        var bucket = 0;
        while (bucket < _bounds.Length && elapsed.TotalSeconds > _bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _durations[bucket]);
    }

    /// <summary>The number of requests for each status that occurred.</summary>
    public IEnumerable<(int Status, long Count)> Statuses =>
        _statuses.Select((count, status) => (status, count)).Where(s => s.count > 0);

    /// <summary>The number of requests in each bucket.</summary>
    public IReadOnlyList<long> Durations => _durations;

    /// <summary>The sum of all durations.</summary>
    public TimeSpan TotalTime => TimeSpan.FromTicks(Volatile.Read(ref _ticks));
}
