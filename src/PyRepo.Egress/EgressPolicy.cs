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
    readonly ImmutableArray<IPNetwork> _networks =
        [.. allowed.Select(GetNetwork).OfType<IPNetwork>()];

    /// <summary>Whether the server runs in a cluster.</summary>
    public bool InCluster => inCluster;

    /// <summary>Whether the administrator lists the allowed destinations.</summary>
    public bool HasList => !allowed.IsEmpty;

    /// <summary>Returns the rule that forbids an address of a host, or null if it is allowed.</summary>
    public string? DenialReason(string host, IPAddress address, int port)
    {
        var plain = AddressRanges.Plain(address);
        if (AddressRanges.NeverAskedReason(plain) is { } rule)
            return rule;
        if (inCluster && IPAddress.IsLoopback(plain))
            return "loopback addresses are not allowed in a cluster";
        if (apiServers.Any(server => server.Address.Equals(plain) && (server.Port == 0 || server.Port == port)))
            return "the cluster's API server is not allowed";
        return allowed.IsEmpty || allowed.Any(pattern => IsHost(pattern, host))
            || _networks.Any(network => AddressRanges.Contains(network, plain))
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

    static bool IsHost(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : pattern.Equals(host, StringComparison.OrdinalIgnoreCase);

    static IPNetwork? GetNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
