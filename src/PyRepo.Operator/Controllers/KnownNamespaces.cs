using System.Collections.Concurrent;
using System.Net;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources.Rules;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Whether namespaces are there. Each is read by its name when that matters, and at most twice a minute: no list and no
/// watch of all namespaces is needed.
/// </summary>
sealed class KnownNamespaces(KubernetesClient client, TimeProvider clock)
{
    static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(30);

    static readonly ResourceType<PartialObjectMetadata> _namespaces =
        new("", "v1", "Namespace", "namespaces", KubernetesJson.Default.PartialObjectMetadata, Namespaced: false);

    readonly ConcurrentDictionary<string, (bool Exists, long At)> _read = new(StringComparer.Ordinal);

    /// <summary>Whether there is a namespace of that name.</summary>
    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        if (_read.TryGetValue(name, out var known) && clock.GetElapsedTime(known.At) < _maxAge)
            return known.Exists;
        var exists = await ReadAsync(name, cancellationToken);
        _read[name] = (exists, clock.GetTimestamp());
        return exists;
    }

    async Task<bool> ReadAsync(string name, CancellationToken cancellationToken)
    {
        // A person may have written what can be no namespace's name.
        if (NameRules.Label.Reject(name) is not null)
            return false;
        try
        {
            return await client.GetAsync(_namespaces, new ObjectKey("", name), cancellationToken) is not null;
        }
        catch (KubernetesException error) when (error.Status is HttpStatusCode.Forbidden)
        {
            // The roles are of an older version.
            return true;
        }
    }
}
