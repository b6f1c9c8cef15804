using System.Net;
using System.Net.Sockets;

namespace PyRepo.Egress;

/// <summary>Classifies addresses: those that are never asked, and from where the others can be reached.</summary>
static class AddressRanges
{
    static readonly (IPNetwork Network, string Rule)[] _never =
    [
        (IPNetwork.Parse("169.254.0.0/16"), "link-local and metadata addresses are never allowed"),
        (IPNetwork.Parse("fe80::/10"), "link-local addresses are never allowed"),
        (IPNetwork.Parse("fd00:ec2::/32"), "metadata addresses are never allowed"),
        (IPNetwork.Parse("fd20:ce::254/128"), "metadata addresses are never allowed"),
        (IPNetwork.Parse("192.0.0.192/32"), "metadata addresses are never allowed"),
        (IPNetwork.Parse("100.100.100.200/32"), "metadata addresses are never allowed"),
        (IPNetwork.Parse("168.63.129.16/32"), "metadata addresses are never allowed"),
        (IPNetwork.Parse("0.0.0.0/8"), "that is no address of a server"),
        (IPNetwork.Parse("::/128"), "that is no address of a server"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast addresses are never allowed"),
        (IPNetwork.Parse("ff00::/8"), "multicast addresses are never allowed"),
    ];

    static readonly IPNetwork[] _private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("64:ff9b:1::/48"),
        // Clusters have pods and Services here, too, for example those of Google.
        IPNetwork.Parse("240.0.0.0/4"),
    ];

    static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");
    static readonly IPNetwork _compatible = IPNetwork.Parse("::/96");
    static readonly IPNetwork _sixToFour = IPNetwork.Parse("2002::/16");
    static readonly IPNetwork _teredo = IPNetwork.Parse("2001::/32");

    /// <summary>
    /// Converts an IPv6 address that embeds an IPv4 address to that address: mapped, compatible
    /// (<see href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5">RFC 4291</see>), for NAT64
    /// (<see href="https://www.rfc-editor.org/rfc/rfc6052">RFC 6052</see>), 6to4
    /// (<see href="https://www.rfc-editor.org/rfc/rfc3056">RFC 3056</see>) or Teredo, which inverts it
    /// (<see href="https://www.rfc-editor.org/rfc/rfc4380#section-4">RFC 4380</see>).
    /// </summary>
    public static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        if (_nat64.Contains(address)
            || (_compatible.Contains(address) && bytes.AsSpan(12) is not [0, 0, 0, 0 or 1]))
            return new IPAddress(bytes.AsSpan(12));
        if (_sixToFour.Contains(address))
            return new IPAddress(bytes.AsSpan(2, 4));
        return _teredo.Contains(address)
            ? new IPAddress((byte[])[.. bytes[12..].Select(b => (byte)~b)])
            : address;
    }

    /// <summary>Returns the rule by which nobody may ask an address, or null if there is none.</summary>
    /// <param name="plain">An address that embeds no other.</param>
    public static string? NeverAskedReason(IPAddress plain)
    {
        foreach (var (network, rule) in _never)
        {
            if (Contains(network, plain))
                return rule;
        }
        return null;
    }

    /// <summary>Returns the range of an address.</summary>
    /// <param name="plain">An address that embeds no other.</param>
    public static AddressRange From(IPAddress plain) =>
        IPAddress.IsLoopback(plain) ? AddressRange.Loopback
        : Array.Exists(_private, network => Contains(network, plain)) ? AddressRange.Private
        : AddressRange.Public;

    /// <summary>Whether a network has an address, of its own family.</summary>
    public static bool Contains(IPNetwork network, IPAddress address) =>
        network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address);
}

/// <summary>From where an address can be reached, from anywhere to the machine itself.</summary>
enum AddressRange
{
    Public,
    Private,
    Loopback,
}
