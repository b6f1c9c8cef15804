using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Packaging.Names;

namespace PyRepo.Egress;

/// <summary>How to reach another index, which is an upstream or a group's member on another server.</summary>
sealed record UpstreamSettings
{
    /// <summary>The name of the index at the beginning of a message.</summary>
    public string Name { get; init; } = "Upstream";

    /// <summary>The URL of its Simple API, which ends with a slash, or of its find-links page.</summary>
    public required Uri Url { get; init; }

    /// <summary>Whether the URL is that of one page with links to the files of all projects.</summary>
    public bool IsFindLinks { get; init; }

    /// <summary>
    /// A project that upstream has. Its page proves that an upstream without a list answers at all.
    /// </summary>
    public ProjectName? Probe { get; init; }

    /// <summary>The Authorization header, and the only origin that may receive it.</summary>
    public (string Authorization, Uri Origin)? Credentials { get; init; }

    /// <summary>
    /// Signs the requests to a member, and accepts only the member's own answers. Null: the index is not a member.
    /// </summary>
    public IRequestAuthentication? Member { get; init; }

    /// <summary>Certificates to trust in addition to the system's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>An HTTP proxy.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>How long to wait for the headers of a response, and then for each part of its body.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long to wait for a connection. If null, <see cref="Timeout"/> applies.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>The number of pages that may be requested at once.</summary>
    public int MaxPageRequests { get; init; } = EgressLimits.MaxConcurrentPageRequests;

    /// <summary>Whether redirects are followed.</summary>
    public bool FollowsRedirects { get; init; } = true;

    /// <summary>Whether the redirect of a project's page is followed, even to another index.</summary>
    public bool FollowsPagesElsewhere { get; init; }

    /// <summary>Whether to pause requests to an index that fails several times in a row.</summary>
    public bool UsesCircuitBreaker { get; init; } = true;

    /// <summary>Where connections may go.</summary>
    public required EgressPolicy EgressPolicy { get; init; }

    /// <summary>Looks up the addresses of a host.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } =
        static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <summary>The ports of this server, to which nothing links.</summary>
    public OwnPorts OwnPorts { get; init; } = new();

    /// <summary>Identifies these settings; different settings have different fingerprints.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whether these settings are equivalent to others.</summary>
    public bool IsSameAs(UpstreamSettings other) => Fingerprint == other.Fingerprint;

    /// <summary>Whether two URLs have the same origin, that is, the same scheme, host and port.</summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port
            && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Signs the requests to one server, and accepts only that server's own answers.</summary>
interface IRequestAuthentication
{
    /// <summary>Sends a request about a project, or about all of them if it is null.</summary>
    /// <returns>The server's own answer, whatever its status.</returns>
    /// <exception cref="UpstreamUnavailableException">Something else answered.</exception>
    Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker client, HttpRequestMessage request, ProjectName? project,
        CancellationToken cancellationToken);
}

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
