using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>Makes the backups of repositories that are snapshots of their volumes, and removes old ones.</summary>
sealed class VolumeSnapshotter(KubernetesClient client, ILogger logger)
{
    /// <summary>
    /// Does what is due. A change of a snapshot reconciles the resource. What fails is told, and keeps the resource from
    /// nothing else.
    /// </summary>
    /// <returns>The state of the snapshots; null: the resource asks for none.</returns>
    public async Task<SnapshotPlan?> RunAsync(StatusInputs inputs, CancellationToken cancellationToken)
    {
        var resource = inputs.Resource;
        if (inputs.Desired.Rejection is { } rejection)
            return SnapshotPlan.Rejected(resource, rejection);
        var cluster = inputs.Servers.Repository?.Restored is { Finished: not null }
            ? inputs.Cluster with { IsRestored = true } : inputs.Cluster;
        var plan = SnapshotPlan.Decide(resource, cluster);
        if (plan is null or { Create: null, Delete.IsEmpty: true })
            return plan;
        try
        {
            // The informer may lag behind what was made just now, or have left out some of too many.
            var found = await ReadAsync(resource, cancellationToken);
            plan = SnapshotPlan.Decide(resource, cluster with { Snapshots = found })!;
        }
        catch (Exception error) when (IsOfApi(error))
        {
            return plan.Create is null
                ? plan.NotRemoved(error.Message, cluster.SnapshotTime)
                : plan.Failed(error.Message, cluster.SnapshotTime);
        }
        var failure = await TryAsync(() => CreateAsync(resource, plan.Create, cancellationToken));
        // What is removed may be what a quota lacks.
        var notRemoved = await TryAsync(() => RemoveAsync(resource, plan.Delete, cancellationToken));
        plan = failure is null ? plan : plan.Failed(failure, cluster.SnapshotTime);
        return notRemoved is null ? plan : plan.NotRemoved(notRemoved, cluster.SnapshotTime);
    }

    /// <summary>Returns why something failed; null: it did not.</summary>
    static async Task<string?> TryAsync(Func<Task<string?>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception error) when (IsOfApi(error))
        {
            return error.Message;
        }
    }

    static bool IsOfApi(Exception error) =>
        error is KubernetesException or HttpRequestException or IOException or TimeoutException or JsonException;

    async Task<ImmutableArray<VolumeSnapshot>> ReadAsync(
        DeclaredResource resource, CancellationToken cancellationToken)
    {
        var labels = ChildMetadata.Labels(resource).Select(label => $"{label.Key}={label.Value}");
        var found = await client.ListAsync(
            ResourceTypes.VolumeSnapshots, resource.Namespace, new ListOptions(string.Join(',', labels)),
            () => ChildFields.Trim, cancellationToken);
        return [.. found.Items];
    }

    /// <summary>Makes a snapshot, unless another leader has made the same one.</summary>
    /// <returns>Why it can't be made.</returns>
    async Task<string?> CreateAsync(
        DeclaredResource resource, VolumeSnapshot? created, CancellationToken cancellationToken)
    {
        if (created is not { Metadata.Name: { } name })
            return null;
        try
        {
            await client.CreateAsync(ResourceTypes.VolumeSnapshots, created, cancellationToken);
            Log.SnapshotMade(logger, ResourceKey.From(resource).ToString(), name);
            return null;
        }
        catch (KubernetesException error) when (error.IsConflict)
        {
            var found = await client.ListAsync(
                ResourceTypes.VolumeSnapshots, resource.Namespace,
                new ListOptions(FieldSelector: $"metadata.name={name}"), cancellationToken);
            return found.Items is [var there] && !VolumeSnapshotManifest.IsOf(there.Metadata, resource)
                ? $"there is a VolumeSnapshot {name} that the operator did not create. Another name is tried later."
                : null;
        }
    }

    /// <summary>Removes snapshots, but those that are not as they were when that was decided.</summary>
    /// <returns>Why they can't be removed.</returns>
    async Task<string?> RemoveAsync(
        DeclaredResource resource, ImmutableArray<VolumeSnapshot> superfluous, CancellationToken cancellationToken)
    {
        foreach (var old in superfluous)
        {
            try
            {
                if (await client.DeleteAsync(ResourceTypes.VolumeSnapshots, old, cancellationToken))
                    Log.SnapshotRemoved(logger, ResourceKey.From(resource).ToString(), old.Metadata.Name!);
            }
            catch (KubernetesException error) when (error.IsConflict)
            {
                return $"{old.Metadata.Name} has changed meanwhile.";
            }
        }
        return null;
    }
}
