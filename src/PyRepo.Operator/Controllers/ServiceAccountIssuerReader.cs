using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Reads who signs the tokens of the cluster's ServiceAccounts. By default every ServiceAccount may do that, by the
/// ClusterRoleBinding <c>system:service-account-issuer-discovery</c>.
/// </summary>
sealed class ServiceAccountIssuerReader(KubernetesClient client, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _refreshInterval = TimeSpan.FromMinutes(1);
    Known? _known;

    /// <summary>The issuer, read at most once a minute; null: the API server does not tell it.</summary>
    public async Task<ServiceAccountIssuer?> FindAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        if (known is not null && clock.GetElapsedTime(known.At) < _refreshInterval)
            return known.Issuer;
        var (issuer, failure) = await ReadAsync(cancellationToken);
        if (failure is not null && failure != known?.Failure)
            Log.IssuerUnknown(logger, failure);
        _known = new(issuer, failure, clock.GetTimestamp());
        return issuer;
    }

    async Task<(ServiceAccountIssuer? Issuer, string? Failure)> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var configuration =
                await client.GetDocumentAsync(ServiceAccountIssuer.ConfigurationPath, cancellationToken);
            var keys = await client.GetDocumentAsync(ServiceAccountIssuer.KeysPath, cancellationToken);
            return ServiceAccountIssuer.Read(configuration, keys) is { } issuer
                ? (issuer, null)
                : (null, $"{ServiceAccountIssuer.ConfigurationPath} has no issuer, or "
                    + $"{ServiceAccountIssuer.KeysPath} no keys.");
        }
        // An API server that is down now says nothing about its keys: those that are known stay.
        catch (KubernetesException error) when (error.IsRejected || error.IsNotFound)
        {
            return (null, error.Message);
        }
        catch (JsonException error)
        {
            return (null, error.Message);
        }
    }

    sealed record Known(ServiceAccountIssuer? Issuer, string? Failure, long At);
}
