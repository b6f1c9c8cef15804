using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Rotates the signing keys of namespaces on request, and removes those that expired. Secrets are not watched, so each
/// is read once a minute.
/// </summary>
sealed class SigningKeyRotator(ClusterCache cache, KubernetesClient client, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    readonly OwnSecrets _secrets = new(client);

    /// <summary>Looks at one namespace after the other, evenly over a minute, until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await cache.Synced.WaitAsync(cancellationToken);
        while (true)
        {
            var namespaces = Namespaces();
            foreach (var ns in namespaces)
            {
                await RotateAsync(ns, cancellationToken);
                await Task.Delay(_interval / namespaces.Length, clock, cancellationToken);
            }
            if (namespaces.Length == 0)
                await Task.Delay(_interval, clock, cancellationToken);
        }
    }

    /// <summary>Those with a resource that is not paused.</summary>
    string[] Namespaces() =>
    [
        .. cache.Resources.Values.SelectMany(informer => informer.All).Select(source => source.Metadata)
            .Where(metadata => metadata.DeletionTimestamp is null
                && metadata.Annotations?.GetValueOrDefault(Annotations.Paused) != "true")
            .Select(metadata => metadata.Namespace!).Distinct(),
    ];

    async Task RotateAsync(string ns, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await _secrets.FindAsync(new ObjectKey(ns, ChildNames.SigningKey), cancellationToken);
            var freshKey = RandomNumberGenerator.GetBytes(SigningKeyManifest.KeyBytes);
            if (secret is null || SigningKeyManifest.RotationOf(secret, freshKey, clock.GetUtcNow()) is not { } patch)
                return;
            await client.PatchAsync(ResourceTypes.Secrets, secret.Key, patch, cancellationToken);
            Log.SigningKeyChanged(logger, ns);
        }
        // One namespace ends the rotation of no other. It is tried again in a minute.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.RotationFailed(logger, ns, error.Message);
        }
    }
}
