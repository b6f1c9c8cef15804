using System.Collections.Immutable;
using System.Net;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Discovery;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Reads where the cluster's API servers are: no server of a repository may connect to them. Kubernetes keeps their
/// addresses in the EndpointSlice <c>default/kubernetes</c>, which a Role of that namespace lets the operator read,
/// whichever namespaces it serves.
/// </summary>
sealed class ApiServerReader(KubernetesClient client, TimeProvider clock)
{
    static readonly ObjectKey _slice = new("default", "kubernetes");

    /// <summary>They hardly ever change.</summary>
    static readonly TimeSpan _refreshInterval = TimeSpan.FromMinutes(1);

    Known? _known;

    /// <summary>
    /// The addresses, as <c>ADDRESS:PORT</c>, read at most once a minute. Empty: the operator may not read them.
    /// </summary>
    public async Task<ImmutableArray<string>> FindAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && clock.GetElapsedTime(known.At) < _refreshInterval)
            return known.Addresses;
        var addresses = GetAddresses(await ReadAsync(cancellationToken));
        _known = new(addresses, clock.GetTimestamp());
        return addresses;
    }

    /// <summary>Null: it is not there, or the roles are of an older version.</summary>
    async Task<EndpointSlice?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync(ResourceTypes.EndpointSlices, _slice, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsRejected)
        {
            return null;
        }
    }

    static ImmutableArray<string> GetAddresses(EndpointSlice? slice) =>
    [
        .. (from endpoint in slice?.Endpoints ?? []
            from text in endpoint.Addresses ?? []
            from port in slice?.Ports ?? []
            where IPAddress.TryParse(text, out _) && port.Port is not null
            select new IPEndPoint(IPAddress.Parse(text), port.Port!.Value).ToString()).Order(StringComparer.Ordinal),
    ];

    sealed record Known(ImmutableArray<string> Addresses, long At);
}
