using System.Net;
using System.Net.Sockets;

namespace PyRepo.Egress;

/// <summary>
/// Decides where requests for one upstream may connect to. Its own host is the administrator's choice. Where it links
/// or redirects to is its own choice, so it leads to private addresses only if its own host has one, to loopback
/// addresses only if its own host has one, and never to this server.
/// </summary>
sealed class UpstreamDestinations(UpstreamSettings settings)
{
    /// <summary>The longest that a lookup of the upstream's own host may take.</summary>
    static readonly TimeSpan _lookup = TimeSpan.FromSeconds(5);

    readonly LinkedHosts _linked = new(settings.Resolve, TimeProvider.System);

    /// <summary>Whether a URL has upstream's own origin.</summary>
    public bool IsOwn(Uri url) => UpstreamSettings.SameOrigin(settings.Url, url);

    /// <summary>Returns the addresses of a host that may be connected to.</summary>
    /// <exception cref="UpstreamUnavailableException">There is none.</exception>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    public async Task<IPAddress[]> FindAsync(string host, int port, CancellationToken cancellationToken)
    {
        var own = settings.Proxy ?? settings.Url;
        string? denied = null;
        var found = new List<IPAddress>();
        foreach (var address in await ResolveAsync(host, cancellationToken))
        {
            if (await DenialReasonAsync(own, host, address, port, cancellationToken) is { } reason)
                denied ??= reason;
            else
                found.Add(address);
        }
        if (found.Count > 0)
            return [.. found];
        if (denied is not null)
            throw Rejection(settings.Name, host, host.Equals(own.IdnHost, StringComparison.OrdinalIgnoreCase), denied);
        throw new UpstreamUnavailableException($"{settings.Name} has no address.")
        {
            Detail = $"'{host}' has no address.",
        };
    }

    /// <summary>
    /// Returns the failure of a host that is not asked. Its message names the rule, and not the host.
    /// </summary>
    public static UpstreamUnavailableException Rejection(string name, string host, bool isOwn, string rule) =>
        new($"{name} {(isOwn ? "" : "leads to a host that ")}is not allowed: {rule}.")
        {
            Detail = $"'{host}' is not allowed: {rule}.",
            IsRejection = true,
        };

    /// <summary>Connects to the first allowed address of a host that accepts the connection.</summary>
    /// <exception cref="UpstreamUnavailableException">None is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        var reachable = await FindAsync(host.Host, host.Port, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, host.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the rule that forbids a URL that an HTTP proxy is asked for, or null if it is allowed. The proxy
    /// resolves names by itself. It may do so as this server does, for example in the same cluster, so that a link is
    /// also checked for the addresses that its host has here.
    /// </summary>
    public async ValueTask<string?> DenialReasonBehindProxyAsync(Uri url, CancellationToken cancellationToken)
    {
        var (host, port) = (url.IdnHost, url.Port);
        if (AddressIn(host) is { } address)
            return await DenialReasonAsync(settings.Url, host, address, port, cancellationToken);
        if (settings.EgressPolicy.DenialReason(host, port) is { } rule)
            return rule;
        if (IsOwn(url))
            return null;
        foreach (var here in await _linked.FindAsync(host))
        {
            if (await DenialReasonAsync(settings.Url, host, here, port, cancellationToken) is { } reason)
                return reason;
        }
        return null;
    }

    async ValueTask<string?> DenialReasonAsync(
        Uri own, string host, IPAddress address, int port, CancellationToken cancellationToken)
    {
        if (settings.EgressPolicy.DenialReason(host, address, port) is { } rule)
            return rule;
        var isOwnHost = own.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase);
        if (isOwnHost && own.Port == port)
            return null;
        var plain = AddressRanges.Plain(address);
        if (settings.OwnPorts.Include(plain, port))
            return "an upstream may not link to this server";
        var range = AddressRanges.From(plain);
        if (isOwnHost || range is AddressRange.Public
            || (range is AddressRange.Private && settings.EgressPolicy.HasList))
        {
            return null;
        }
        return await RangeOfAsync(own, cancellationToken) >= range ? null
            : range is AddressRange.Loopback
                ? "only an upstream with a loopback address may link to one"
                : "only an upstream with a private address may link to one";
    }

    async Task<AddressRange> RangeOfAsync(Uri own, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_lookup);
        try
        {
            var addresses = await ResolveAsync(own.IdnHost, limit.Token);
            return addresses.Select(a => AddressRanges.From(AddressRanges.Plain(a))).Max();
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return AddressRange.Public;
        }
    }

    // Dns rejects 0.0.0.0 with an error message of its own.
    async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        AddressIn(host) is { } address ? [address] : await settings.Resolve(host, cancellationToken);

    /// <summary>Returns the address that a host is by its name alone.</summary>
    static IPAddress? AddressIn(string host) => IPAddress.TryParse(host, out var address) ? address
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : null;
}
