using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PyRepo.Egress;

/// <summary>
/// The addresses that the hosts of links have here, where an HTTP proxy resolves them by itself. They are remembered
/// for a minute, because a network with an HTTP proxy may answer nothing about other hosts, and slowly.
/// </summary>
/// <param name="resolve">Looks up a name.</param>
/// <param name="clock">The clock.</param>
sealed class LinkedHosts(Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider clock)
{
    /// <summary>The maximum number of hosts, because a page may name any number.</summary>
    const int MaxHosts = 256;

    static readonly TimeSpan _remembered = TimeSpan.FromMinutes(1);

    /// <summary>A cluster answers sooner about its own names.</summary>
    static readonly TimeSpan _lookup = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, (Task<IPAddress[]> Addresses, long At)> _hosts =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns a host's addresses, or none if only the HTTP proxy knows it.</summary>
    public Task<IPAddress[]> FindAsync(string host)
    {
        if (_hosts.TryGetValue(host, out var known) && clock.GetElapsedTime(known.At) < _remembered)
            return known.Addresses;
        if (_hosts.Count >= MaxHosts)
            _hosts.Clear();
        var addresses = LookUpAsync(host);
        _hosts[host] = (addresses, clock.GetTimestamp());
        return addresses;
    }

    async Task<IPAddress[]> LookUpAsync(string host)
    {
        using var limit = new CancellationTokenSource(_lookup, clock);
        try
        {
            return await resolve(host, limit.Token);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ArgumentException)
        {
            return [];
        }
    }
}
