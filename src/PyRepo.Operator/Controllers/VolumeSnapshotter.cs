using System.Collections.Immutable;
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
    /// <summary>Does what is due. A change of a snapshot reconciles the resource.</summary>
    /// <returns>The state of the snapshots; null: the resource asks for none, or is rejected.</returns>
    /// <exception cref="KubernetesException">A snapshot is not as it was when it was to be removed.</exception>
    public async Task<SnapshotPlan?> RunAsync(StatusInputs inputs, CancellationToken cancellationToken)
    {
        var resource = inputs.Resource;
        var cluster = inputs.Servers.Repository?.Restored is { Finished: not null }
            ? inputs.Cluster with { IsRestored = true } : inputs.Cluster;
        if (inputs.Desired.Rejection is not null || SnapshotPlan.Decide(resource, cluster) is not { } plan)
            return null;
        if (plan is { Create: null, Delete.IsEmpty: true })
            return plan;
        try
        {
            // The informer may lag behind what was made just now, or have left out some of too many.
            var found = await ReadAsync(resource, cancellationToken);
            plan = SnapshotPlan.Decide(resource, cluster with { Snapshots = found })!;
            if (plan.Create is { } created && await CreateAsync(resource, created, cancellationToken) is { } failure)
                return plan.Failed(failure, cluster.Now);
            foreach (var old in plan.Delete)
            {
                if (await client.DeleteAsync(ResourceTypes.VolumeSnapshots, old, cancellationToken))
                    Log.SnapshotRemoved(logger, ResourceKey.From(resource).ToString(), old.Metadata.Name!);
            }
            return plan;
        }
        catch (KubernetesException error) when (error.IsRejected || error.IsNotFound)
        {
            return plan.Failed(error.Message, cluster.Now);
        }
    }

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
        DeclaredResource resource, VolumeSnapshot created, CancellationToken cancellationToken)
    {
        var name = created.Metadata.Name!;
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
}
