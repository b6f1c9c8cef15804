using System.Net;
using System.Net.Sockets;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The address of a client, for which failed logins and what it holds are counted.</summary>
static class ClientAddress
{
    const int NetworkBytes = 8;

    /// <summary>
    /// Returns the address as text. Of IPv6 it is the /64 network, all of which one client may use.
    /// </summary>
    /// <param name="address">
    /// The address at the other end of the connection, or what a trusted proxy says about it.
    /// </param>
    public static string Get(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : $"{address}";
    }
}
