using System.Collections.Immutable;
using System.Diagnostics;
using PyRepo.Metrics;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Counts the requests of one repository, without locks and, after the first of each kind, without allocations.
/// </summary>
sealed class RequestCounts
{
    readonly RouteCounts[] _routes = [.. RequestRoutes.All.Select(_ => new RouteCounts())];
    readonly OutcomeCounts<UploadOutcome> _uploads = new();
    readonly OutcomeCounts<LoginOutcome> _logins = new();
    long _yanked;

    /// <summary>The requests of a route.</summary>
    public RouteCounts this[RequestRoute route] => _routes[(int)route];

    /// <summary>How uploads ended.</summary>
    public OutcomeCounts<UploadOutcome> Uploads => _uploads;

    /// <summary>The downloads of yanked distributions.</summary>
    public long YankedDownloads => Volatile.Read(ref _yanked);

    /// <summary>Counts a download of a yanked distribution.</summary>
    public void CountYanked() => Interlocked.Increment(ref _yanked);

    /// <summary>How the credentials of requests were judged. What anyone may read is given without that.</summary>
    public OutcomeCounts<LoginOutcome> Logins => _logins;
}

/// <summary>Counts the requests of one route.</summary>
sealed class RouteCounts
{
    /// <summary>The status that nginx logs for a client that left before there was an answer.</summary>
    public const int ClientClosedRequest = 499;

    readonly long[] _statuses = new long[600];

    /// <summary>How long they took.</summary>
    public Histogram Durations { get; } = new(ServerMetrics.HttpRequestDuration.Bounds);

    /// <summary>Counts a completed request.</summary>
    /// <param name="status">The status of the response.</param>
    /// <param name="started">The timestamp when the request started.</param>
    public void Add(int status, long started)
    {
        Interlocked.Increment(ref _statuses[Math.Clamp(status, 0, _statuses.Length - 1)]);
        Durations.Observe(Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The number of requests for each status that occurred.</summary>
    public IEnumerable<(int Status, long Count)> Statuses =>
        _statuses.Select((count, status) => (status, count)).Where(s => s.count > 0);
}

/// <summary>Counts how something ended.</summary>
sealed class OutcomeCounts<T> where T : struct, Enum
{
    readonly long[] _counts = new long[Enum.GetValues<T>().Length];

    /// <summary>All outcomes, with the value of the label.</summary>
    static readonly ImmutableArray<string> _names =
#pragma warning disable CA1308 // The values of labels have small letters.
        [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
#pragma warning restore CA1308

    /// <summary>Counts one.</summary>
    public void Add(T outcome) => Interlocked.Increment(ref _counts[Convert.ToInt32(outcome)]);

    /// <summary>The number of each outcome, those that never occurred too.</summary>
    public IEnumerable<(string Outcome, long Count)> All =>
        _names.Select((name, index) => (name, Volatile.Read(ref _counts[index])));
}

/// <summary>How an upload ended.</summary>
enum UploadOutcome
{
    /// <summary>The file is stored.</summary>
    Stored,

    /// <summary>The repository had the same bytes.</summary>
    Identical,

    /// <summary>It was the client's fault, a policy's or that of another file: an answer 4xx.</summary>
    Refused,

    /// <summary>It was the server's or the store's fault: an answer 5xx.</summary>
    Failed,

    /// <summary>The client left before the end.</summary>
    Aborted,
}

/// <summary>How the credentials of a request were judged.</summary>
enum LoginOutcome
{
    /// <summary>They are right.</summary>
    Accepted,

    /// <summary>They are wrong.</summary>
    Rejected,

    /// <summary>They were not checked, because too many were wrong before.</summary>
    Throttled,

    /// <summary>They could not be checked.</summary>
    Unavailable,
}
