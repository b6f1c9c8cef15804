using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PyRepo.Egress;

/// <summary>
/// The circuit breaker of each host. Files may be on other hosts than the index, and one that is down must not block
/// requests to others.
/// </summary>
/// <param name="own">That of the index itself.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Receives messages when a host starts to fail, and when it recovers.</param>
sealed class HostBreakers(CircuitBreaker own, TimeProvider clock, ILogger logger)
{
    /// <summary>The maximum number of hosts. It is limited because a page may name any number of them.</summary>
    const int MaxHosts = 64;

    readonly ConcurrentDictionary<string, CircuitBreaker> _others = new(StringComparer.Ordinal);

    /// <summary>Returns the breaker for the host of a URL.</summary>
    public CircuitBreaker GetBreaker(Uri url, UpstreamSettings settings, UpstreamConnection connection)
    {
        if (UpstreamSettings.SameOrigin(settings.Url, url))
            return own;
        if (_others.Count >= MaxHosts)
            _others.Clear();
        return _others.GetOrAdd(
            url.GetLeftPart(UriPartial.Authority),
            host => new CircuitBreaker(
                clock, logger,
                settings.UsesCircuitBreaker ? working => connection.AnswersAsync(working ?? new Uri(host)) : null));
    }

    /// <summary>Forgets the other hosts.</summary>
    public void Clear() => _others.Clear();
}
