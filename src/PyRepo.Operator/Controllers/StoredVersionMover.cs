using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Has the API server write each resource of a kind once in the version that its definition stores now, and then notes in the
/// definition that no other is stored. A version that is noted there can't be removed: neither by a later release, nor
/// when an earlier one comes back.
/// </summary>
/// <remarks>
/// Nothing is kept of how far it came: a resource that is stored as it should be is not written again. See <see
/// href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version">Upgrade
/// existing objects to a new stored version</see>.
/// </remarks>
sealed class StoredVersionMover(
    ResourceType<CustomObject> type, KubernetesClient client, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    /// <summary>Several API servers take up a changed definition one after the other, within a second or so.</summary>
    static readonly TimeSpan _settleTime = TimeSpan.FromSeconds(10);

    /// <summary>The resourceVersion of the definition in which there was nothing to do.</summary>
    string? _settled;

    /// <summary>What went wrong at the last look. Roles of an older version fail in the same way each time.</summary>
    string? _lastFailure;

    /// <summary>Looks until it is canceled. What fails is tried again at the next look.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await MoveAsync(cancellationToken);
                _lastFailure = null;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                if (error.Message != _lastFailure)
                    Log.VersionNotMoved(logger, type.Kind, error.Message);
                _lastFailure = error.Message;
            }
            await Task.Delay(_interval, clock, cancellationToken);
        }
    }

    /// <summary>Does it, if it is to be done.</summary>
    /// <exception cref="KubernetesException">
    /// A resource was rejected, or 409: somebody changed the definition meanwhile. What is noted there is as before.
    /// </exception>
    public async Task MoveAsync(CancellationToken cancellationToken)
    {
        var key = new ObjectKey("", $"{type.Plural}.{type.Group}");
        var metadata = await client.GetAsync(ResourceTypes.StoredVersions.ToMetadataOnly(), key, cancellationToken);
        if (metadata is null || metadata.Metadata.ResourceVersion == _settled)
            return;
        var definition = await client.GetAsync(ResourceTypes.StoredVersions, key, cancellationToken);
        if (definition is { HasOthers: true })
        {
            await Task.Delay(_settleTime, clock, cancellationToken);
            var count = await RewriteAllAsync(cancellationToken);
            definition = await NoteAsync(definition, cancellationToken);
            Log.VersionMoved(logger, type.Kind, definition.Current!, count);
        }
        _settled = definition?.Metadata.ResourceVersion;
    }

    /// <returns>How many there are.</returns>
    async Task<int> RewriteAllAsync(CancellationToken cancellationToken)
    {
        // Also those that are too many to be reconciled, and so in no informer.
        var all = await client.ListAsync(
            type.ToMetadataOnly(), ns: null, selection: null, static () => KeyOnly, cancellationToken);
        KubernetesException? failure = null;
        foreach (var key in all.Items.Select(item => item.Key).Concat(all.Unreadable))
            failure = await RewriteAsync(key, cancellationToken) ?? failure;
        return failure is null ? all.Items.Count : throw failure;
    }

    /// <summary>
    /// Changes nothing of the status: the API server reads the whole resource and writes it again, in the version that
    /// it stores now. Somebody else's change can't be lost, and the spec is not judged by rules that came after it.
    /// </summary>
    /// <returns>Why it was rejected; null: it was not, or is gone.</returns>
    async Task<KubernetesException?> RewriteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchStatusAsync(type.ToMetadataOnly(), key, new JsonObject(), cancellationToken);
            return null;
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            return null;
        }
        // By a webhook of the cluster, say: the others are moved nevertheless.
        catch (KubernetesException error) when (error.IsRejected || error.IsConflict)
        {
            return error;
        }
    }

    /// <summary>The resourceVersion is the one from before: since then no other version was stored.</summary>
    Task<StoredVersions> NoteAsync(StoredVersions definition, CancellationToken cancellationToken) =>
        client.PatchStatusAsync(ResourceTypes.StoredVersions, definition.Key, new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = definition.Metadata.ResourceVersion },
            ["status"] = new JsonObject { ["storedVersions"] = new JsonArray(definition.Current) },
        }, cancellationToken);

    static PartialObjectMetadata KeyOnly(PartialObjectMetadata item) => new()
    {
        Metadata = new() { Namespace = item.Metadata.Namespace, Name = item.Metadata.Name },
    };
}
