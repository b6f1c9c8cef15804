using System.Net;
using System.Net.Sockets;

namespace PyRepo.Server.Platform.Connections;

/// <summary>Counts the open connections to a port, and those of each address.</summary>
/// <remarks>Of IPv6, an address is a /64 network, all of which one client may use.</remarks>
sealed class ConnectionCounts(ConnectionLimit limit)
{
    const int NetworkBytes = 8;

    readonly Lock _lock = new();
    readonly Dictionary<IPAddress, int> _ofAddress = [];
    int _all;

    /// <summary>Returns the address that a connection is counted for, or null if it is for many clients.</summary>
    public IPAddress? GetAddress(IPAddress? client) => client switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } => GetAddress(client.MapToIPv4()),
        _ when limit.IsShared(client) => null,
        { AddressFamily: AddressFamily.InterNetworkV6 } => GetNetwork(client),
        _ => client,
    };

    /// <summary>Counts a connection, if it may be open.</summary>
    /// <param name="address">The address that it is counted for.</param>
    /// <param name="open">How many are open already: of all, or those of this address if they are too many.</param>
    public ConnectionVerdict TryOpen(IPAddress? address, out int open)
    {
        lock (_lock)
        {
            open = _all;
            if (_all >= limit.Count)
                return ConnectionVerdict.TooMany;
            if (address is not null)
            {
                var own = _ofAddress.GetValueOrDefault(address);
                if (own >= GetShare(limit.Count - (_all - own)))
                {
                    open = own;
                    return ConnectionVerdict.TooManyOfAddress;
                }
                _ofAddress[address] = own + 1;
            }
            _all++;
            return ConnectionVerdict.Open;
        }
    }

    /// <summary>Ends to count a connection that <see cref="TryOpen"/> counted.</summary>
    public void Close(IPAddress? address)
    {
        lock (_lock)
        {
            _all--;
            if (address is not null && --_ofAddress[address] == 0)
                _ofAddress.Remove(address);
        }
    }

    /// <summary>Half of the connections that others leave, and the last one.</summary>
    static int GetShare(int left) => (left + 1) / 2;

    static IPAddress GetNetwork(IPAddress client)
    {
        var bytes = client.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>The fate of a new connection.</summary>
enum ConnectionVerdict
{
    /// <summary>It may be open.</summary>
    Open,

    /// <summary>As many are open as may be.</summary>
    TooMany,

    /// <summary>Its address has half of what others leave.</summary>
    TooManyOfAddress,
}

/// <summary>How many connections to a port may be open at once.</summary>
/// <param name="Count">The number. One address gets at most half of those that others leave.</param>
/// <param name="Port">The purpose of the port, for the log.</param>
sealed record ConnectionLimit(int Count, string Port)
{
    /// <summary>
    /// Whether an address stands for many clients, as that of a proxy in front of the server does, so that it may have
    /// all of them.
    /// </summary>
    public Predicate<IPAddress> IsShared { get; init; } = static _ => false;
}
