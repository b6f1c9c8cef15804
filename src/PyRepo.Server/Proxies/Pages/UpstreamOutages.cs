using PyRepo.Server.Platform.Egress;

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
