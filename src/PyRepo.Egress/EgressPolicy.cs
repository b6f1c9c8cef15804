using System.Collections.Immutable;
using System.Net;

namespace PyRepo.Egress;

/// <summary>
/// Decides where the server may connect to. It is checked for each connection after the DNS lookup, because a name may
/// resolve to any address.
/// </summary>
/// <param name="inCluster">
/// Whether the server runs in a cluster. In that case, loopback addresses are blocked, too.
/// </param>
/// <param name="apiServers">The endpoints of the cluster's API server. Port 0 means any port of the address.</param>
/// <param name="allowed">
/// The administrator's list of hosts, wildcard hosts (<c>*.example.com</c>), addresses and CIDRs. If it is empty, any
/// destination is allowed.
/// </param>
sealed class EgressPolicy(bool inCluster, ImmutableArray<IPEndPoint> apiServers, ImmutableArray<string> allowed)
{
    static readonly (IPNetwork Network, string Rule)[] _never =
    [
        (IPNetwork.Parse("169.254.0.0/16"), "link-local and metadata addresses are never asked"),
        (IPNetwork.Parse("fe80::/10"), "link-local addresses are never asked"),
        (IPNetwork.Parse("fd00:ec2::254/128"), "metadata addresses are never asked"),
        (IPNetwork.Parse("fd20:ce::254/128"), "metadata addresses are never asked"),
        (IPNetwork.Parse("192.0.0.192/32"), "metadata addresses are never asked"),
        (IPNetwork.Parse("100.100.100.200/32"), "metadata addresses are never asked"),
        (IPNetwork.Parse("168.63.129.16/32"), "metadata addresses are never asked"),
        (IPNetwork.Parse("0.0.0.0/8"), "that is no address of a server"),
        (IPNetwork.Parse("::/128"), "that is no address of a server"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast addresses are never asked"),
        (IPNetwork.Parse("ff00::/8"), "multicast addresses are never asked"),
    ];

    static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");

    readonly ImmutableArray<IPNetwork> _networks =
        [.. allowed.Select(GetNetwork).OfType<IPNetwork>()];

    /// <summary>Whether the server runs in a cluster.</summary>
    public bool InCluster => inCluster;

    /// <summary>Whether the administrator lists the allowed destinations.</summary>
    public bool HasList => !allowed.IsEmpty;

    /// <summary>Returns the rule that forbids an address of a host, or null if it is allowed.</summary>
    public string? DenialReason(string host, IPAddress address, int port)
    {
        var plain = Plain(address);
        foreach (var (network, rule) in _never)
        {
            if (Contains(network, plain))
                return rule;
        }
        if (inCluster && IPAddress.IsLoopback(plain))
            return "loopback addresses are not asked in a cluster";
        if (apiServers.Any(server => server.Address.Equals(plain) && (server.Port == 0 || server.Port == port)))
            return "the cluster's API server is not asked";
        return allowed.IsEmpty || allowed.Any(pattern => IsHost(pattern, host))
            || _networks.Any(network => Contains(network, plain))
            ? null
            : "it is not among the operator's allowedDestinations";
    }

    /// <summary>
    /// Returns the rule that forbids a host whose addresses are resolved by another party, or null if it is allowed.
    /// </summary>
    public string? DenialReason(string host, int port) =>
        IPAddress.TryParse(host, out var address) ? DenialReason(host, address, port)
        : allowed.IsEmpty || allowed.Any(pattern => IsHost(pattern, host)) ? null
        : "it is not among the operator's allowedDestinations";

    /// <summary>
    /// Converts an IPv6 address that embeds an IPv4 address (mapped, or for NAT64 according to
    /// <see href="https://www.rfc-editor.org/rfc/rfc6052">RFC 6052</see>) to that IPv4 address.
    /// </summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : _nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : address;

    static bool Contains(IPNetwork network, IPAddress address) =>
        network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address);

    static bool IsHost(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : pattern.Equals(host, StringComparison.OrdinalIgnoreCase);

    static IPNetwork? GetNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
