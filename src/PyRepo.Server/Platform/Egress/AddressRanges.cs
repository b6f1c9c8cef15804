using System.Net;

namespace PyRepo.Server.Platform.Egress;

/// <summary>Classifies addresses.</summary>
static class AddressRanges
{
    static readonly IPNetwork[] _private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("64:ff9b:1::/48"),
        // Clusters have pods and Services here, too, for example those of Google.
        IPNetwork.Parse("240.0.0.0/4"),
    ];

    /// <summary>Returns the range of an address, which is no IPv4 address that IPv6 embeds.</summary>
    public static AddressRange Of(IPAddress address) =>
        IPAddress.IsLoopback(address) ? AddressRange.Loopback
        : Array.Exists(_private, n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address))
            ? AddressRange.Private
            : AddressRange.Public;
}
