using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Has the API server write each resource of a kind once in the version that its definition stores now, and then notes
/// in the definition that no other is stored. A version that is noted there can't be removed: neither by a later
/// release, nor when an earlier one comes back.
/// </summary>
/// <remarks>
/// How far it came is noted nowhere: a resource that is stored as it should be is not changed by another write.
/// </remarks>
sealed class StoredVersionMover(
    ResourceType<CustomObject> type, KubernetesClient client, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    /// <summary>Several API servers take up a changed definition one after the other, within a second or so.</summary>
    static readonly TimeSpan _settleTime = TimeSpan.FromSeconds(10);

    /// <summary>The resourceVersion of the definition in which there was nothing to do.</summary>
    string? _settled;

    /// <summary>The resources that were refused at the last look; all others are moved.</summary>
    IReadOnlyList<ObjectKey> _refused = [];

    /// <summary>The resourceVersion of the definition then.</summary>
    string? _refusedAt;

    /// <summary>The failure of the last look. Roles of an older version fail in the same way each time.</summary>
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
            await RewriteAsync(definition, cancellationToken);
            definition = await NoteAsync(definition, cancellationToken);
            Log.VersionMoved(logger, type.Kind, definition.Current!);
        }
        _settled = definition?.Metadata.ResourceVersion;
    }

    async Task RewriteAsync(StoredVersions definition, CancellationToken cancellationToken)
    {
        var left = _refused;
        if (_refusedAt != definition.Metadata.ResourceVersion)
        {
            await Task.Delay(_settleTime, clock, cancellationToken);
            left = await ListAsync(cancellationToken);
        }
        var refused = new List<ObjectKey>();
        KubernetesException? failure = null;
        foreach (var key in left)
        {
            if (await TryRewriteAsync(key, cancellationToken) is not { } why)
                continue;
            failure = why;
            refused.Add(key);
        }
        (_refused, _refusedAt) = (refused, definition.Metadata.ResourceVersion);
        if (failure is not null)
            throw failure;
    }

    /// <summary>Also those that are too many to be reconciled, and so in no informer.</summary>
    async Task<IReadOnlyList<ObjectKey>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await client.ListAsync(
            type.ToMetadataOnly(), ns: null, selection: null, static () => KeyOnly, cancellationToken);
        return [.. all.Items.Select(item => item.Key), .. all.Unreadable];
    }

    /// <summary>
    /// Changes nothing of the status: the API server reads the whole resource and writes it again, in the version that
    /// it stores now. Somebody else's change can't be lost.
    /// </summary>
    /// <returns>Why it was refused; null: it was not, or is gone.</returns>
    async Task<KubernetesException?> TryRewriteAsync(ObjectKey key, CancellationToken cancellationToken)
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
        // With the status, Kubernetes before 1.33 judges a spec that did not change by rules that came after it.
        catch (KubernetesException error) when (error.IsRejected || error.IsConflict)
        {
            return await TryRewriteWholeAsync(key, cancellationToken);
        }
    }

    async Task<KubernetesException?> TryRewriteWholeAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchAsync(type.ToMetadataOnly(), key, new JsonObject(), cancellationToken);
            return null;
        }
        // By a webhook of the cluster, say: the others are moved nevertheless.
        catch (KubernetesException error) when (error.IsRejected || error.IsConflict || error.IsNotFound)
        {
            return error.IsNotFound ? null : error;
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
