using PyRepo.Egress;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// The outages of one page. One that a request met which had passed other proxies may be a loop that it made up, so it
/// is only for requests that have passed the same ones.
/// </summary>
sealed class UpstreamOutages(TimeProvider clock)
{
    const int MaxOthers = 8;
    readonly UpstreamOutage _direct = new(clock);
    readonly Lock _lock = new();
    Dictionary<PassedProxies, UpstreamOutage>? _others;

    /// <summary>The outage for the request for which this code runs.</summary>
    public UpstreamOutage Current
    {
        get
        {
            var passed = PassedProxies.Current;
            if (passed.IsEmpty)
                return _direct;
            lock (_lock)
            {
                if (_others?.GetValueOrDefault(passed) is { } known)
                    return known;
                if (_others is not { Count: < MaxOthers })
                    _others = [];
                return _others[passed] = new UpstreamOutage(clock);
            }
        }
    }
}

/// <summary>Since when, and why, upstream has not given one project's page.</summary>
sealed class UpstreamOutage(TimeProvider clock)
{
    long _failedAt;
    TimeSpan _pause;

    /// <summary>Returns an outage that begins with a failure.</summary>
    public static UpstreamOutage From(UpstreamUnavailableException failure, TimeProvider clock)
    {
        var outage = new UpstreamOutage(clock);
        outage.Note(failure);
        return outage;
    }

    /// <summary>Since when it has failed, or null if it does not.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>The last failure, or null if upstream has answered since.</summary>
    public UpstreamUnavailableException? Failure { get; private set; }

    /// <summary>Whether upstream is not asked for the page yet.</summary>
    public bool IsPaused => Failure is not null && clock.GetElapsedTime(_failedAt) < _pause;

    /// <summary>Notes a failure.</summary>
    public void Note(UpstreamUnavailableException failure)
    {
        Since ??= clock.GetUtcNow();
        (_failedAt, _pause) = (clock.GetTimestamp(), FreshnessPolicy.PauseAfter(failure));
        Failure = failure;
    }

    /// <summary>Notes that upstream answered.</summary>
    public void Clear() => (Since, Failure) = (null, null);
}
