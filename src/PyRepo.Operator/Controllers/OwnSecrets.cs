using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Makes and rotates the operator's own two Secrets, <c>NAME-credentials</c> and <c>pyrepo-signing-key</c>. It reads
/// neither: the API server answers with metadata alone, and itself compares and copies what they hold.
/// </summary>
sealed class OwnSecrets(KubernetesClient client, TimeProvider clock, ILogger logger)
{
    const int MaxTries = 5;
    static readonly ResourceType<PartialObjectMetadata> _metadata = ResourceTypes.Secrets.ToMetadataOnly();

    /// <summary>Makes a Secret as it is wanted: creates, rotates or mends it.</summary>
    /// <param name="wanted">The Secret.</param>
    /// <param name="isMissing">Whether a server found that a value is missing or empty.</param>
    /// <param name="cancellationToken">Ends it between two requests.</param>
    /// <exception cref="KubernetesException">The API server rejects it, or can't do it now.</exception>
    public async Task<SecretOutcome> EnsureAsync(OwnSecret wanted, bool isMissing, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryEnsureAsync(wanted, isMissing, cancellationToken);
            }
            // Somebody made, changed or deleted it just now.
            catch (KubernetesException error) when ((error.IsConflict || error.IsNotFound) && attempt < MaxTries)
            {
            }
        }
    }

    async Task<SecretOutcome> TryEnsureAsync(OwnSecret wanted, bool isMissing, CancellationToken cancellationToken)
    {
        ObjectMeta live;
        try
        {
            live = await PatchAsync(wanted, wanted.Verification(wanted.Fresh.Data!.Keys), cancellationToken);
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            await client.CreateUnreadAsync(ResourceTypes.Secrets, wanted.New, cancellationToken);
            Log.SecretChanged(logger, "Created", wanted.Fresh.Key.ToString());
            return SecretOutcome.AsWanted;
        }
        catch (KubernetesException error) when (IsUnmet(error))
        {
            return await TryRepairAsync(wanted, cancellationToken) ? SecretOutcome.AsWanted : SecretOutcome.Foreign;
        }
        foreach (var key in isMissing ? wanted.Fresh.Data!.Keys : [])
            await TryFillAsync(wanted, key, cancellationToken);
        // What fills a value changes the version.
        if (isMissing || wanted.GetChange(live, clock.GetUtcNow()) is not { } change)
            return SecretOutcome.AsWanted;
        await PatchAsync(wanted, change, cancellationToken);
        Log.SecretChanged(logger, "Changed", wanted.Fresh.Key.ToString());
        return wanted.IsToBeRotated(live) ? SecretOutcome.Rotated : SecretOutcome.AsWanted;
    }

    async Task TryFillAsync(OwnSecret wanted, string key, CancellationToken cancellationToken)
    {
        try
        {
            await PatchAsync(wanted, wanted.Filling(key), cancellationToken);
            Log.SecretChanged(logger, $"Filled {key} of", wanted.Fresh.Key.ToString());
        }
        catch (KubernetesException error) when (IsUnmet(error))
        {
            // It is not empty: pods get it in a while.
        }
    }

    /// <summary>
    /// A test of a patch failed, or a policy denies it. A 403 says nothing of what the Secret holds: rights change.
    /// </summary>
    static bool IsUnmet(KubernetesException error) => error.Status is HttpStatusCode.UnprocessableEntity;

    /// <summary>Adds values that somebody removed, if it is the operator's Secret.</summary>
    async Task<bool> TryRepairAsync(OwnSecret wanted, CancellationToken cancellationToken)
    {
        if (await VerifyAsync(wanted, [], cancellationToken) is not { } live)
            return false;
        foreach (var key in wanted.Fresh.Data!.Keys)
        {
            if (await VerifyAsync(wanted, [key], cancellationToken) is not null)
                continue;
            live = (await client.PatchAsync(
                _metadata, wanted.Fresh.Key, wanted.GetRepair(key, live), cancellationToken)).Metadata;
            Log.SecretChanged(logger, $"Added {key} to", wanted.Fresh.Key.ToString());
        }
        return true;
    }

    /// <summary>The Secret's metadata; null: it is not the operator's, or lacks one of the keys.</summary>
    async Task<ObjectMeta?> VerifyAsync(OwnSecret wanted, string[] keys, CancellationToken cancellationToken)
    {
        try
        {
            return await PatchAsync(wanted, wanted.Verification(keys), cancellationToken);
        }
        catch (KubernetesException error) when (IsUnmet(error))
        {
            return null;
        }
    }

    async Task<ObjectMeta> PatchAsync(OwnSecret wanted, JsonArray patch, CancellationToken cancellationToken) =>
        (await client.JsonPatchAsync(_metadata, wanted.Fresh.Key, patch, cancellationToken)).Metadata;
}

/// <summary>The outcome of making a Secret as it is wanted.</summary>
enum SecretOutcome
{
    /// <summary>It is as wanted.</summary>
    AsWanted,

    /// <summary>It was rotated now, as somebody asked.</summary>
    Rotated,

    /// <summary>There is another one of the name, which the operator did not make.</summary>
    Foreign,
}
