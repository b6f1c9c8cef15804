using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace PyRepo.Server.Platform.Egress;

/// <summary>
/// The ports that this server listens on. An upstream must not link to them: the management port answers anyone who
/// reaches it.
/// </summary>
sealed class OwnPorts
{
    ImmutableArray<int> _ports = [];

    /// <summary>Sets the ports, once they are known.</summary>
    public void Use(params ImmutableArray<int> ports) => ImmutableInterlocked.InterlockedExchange(ref _ports, ports);

    /// <summary>Whether this server may listen on a port of an address.</summary>
    public bool Include(IPAddress address, int port) => _ports.Contains(port) && IsOfThisMachine(address);

    static bool IsOfThisMachine(IPAddress address) => IPAddress.IsLoopback(address)
        || NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Any(a => a.Address.Equals(address));
}
