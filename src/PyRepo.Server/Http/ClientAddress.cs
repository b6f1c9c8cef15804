using System.Net;
using System.Net.Sockets;

namespace PyRepo.Server.Http;

/// <summary>The address that a client's failed logins are counted for.</summary>
static class ClientAddress
{
    const int NetworkBytes = 8;

    /// <summary>
    /// Returns the address that the Ingress reports, or else that of the connection. Of IPv6 it is the /64 network, all
    /// of which one client may use.
    /// </summary>
    /// <param name="connection">The address at the other end of the connection.</param>
    /// <param name="forwarded">
    /// The last address in X-Forwarded-For, which the Ingress itself has written, or null. It may have a port.
    /// </param>
    public static string Of(IPAddress? connection, string? forwarded)
    {
        var address = IPEndPoint.TryParse(forwarded ?? "", out var reported) ? reported.Address : connection;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : $"{address}";
    }
}
