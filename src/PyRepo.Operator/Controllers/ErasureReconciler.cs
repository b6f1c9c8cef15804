using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Keeps the finalizer of resources whose bucket's data go with them, and erases the data when such a resource is
/// deleted.
/// </summary>
sealed class ErasureReconciler(
    KubernetesClient client, ClusterCache cache, ReconcileInputsReader inputsReader, ChildrenApplier childrenApplier,
    EventRecorder events, OperatorSettings settings, TimeProvider clock, ILogger logger)
{
    /// <summary>Whether a resource has the finalizer.</summary>
    public static bool IsHeld(CustomObject entity) => entity.Metadata.Finalizers?.Contains(Erasure.Finalizer) is true;

    /// <summary>
    /// Adds the finalizer before there are data, and removes it when they are to stay. A resource that can't be read
    /// keeps what it has, and one that is rejected has no data yet.
    /// </summary>
    public async Task KeepFinalizerAsync(
        ResourceType<CustomObject> type, DeclaredResource resource, Rejection? rejection,
        CancellationToken cancellationToken)
    {
        var entity = resource.Source;
        if (resource.Resource is null || IsHeld(entity) == resource.ErasedBucket is not null
            || (!IsHeld(entity) && rejection is not null))
        {
            return;
        }
        await WriteFinalizersAsync(type, entity, isHeld: !IsHeld(entity), cancellationToken);
    }

    /// <summary>Does the next step for a deleted resource that has the finalizer.</summary>
    /// <returns>The current state, for people; null: the resource is gone, or about to be.</returns>
    public async Task<string?> EraseAsync(
        ResourceType<CustomObject> type, DeclaredResource resource, CancellationToken cancellationToken)
    {
        var next = await StepAsync(resource, cancellationToken);
        if (next.Step is not ErasureStep.Release)
            return next.Message;
        await ReleaseAsync(type, resource, next, cancellationToken);
        return null;
    }

    /// <summary>
    /// Lets a deleted resource go that is paused, if its namespace is being deleted: everything else in it goes, too.
    /// </summary>
    public async Task<bool> TryReleaseWithNamespaceAsync(
        ResourceType<CustomObject> type, DeclaredResource resource, CancellationToken cancellationToken)
    {
        if (!await IsNamespaceTerminatingAsync(resource, cancellationToken))
            return false;
        await ReleaseAsync(type, resource, Erasure.OfTerminatingNamespace(resource), cancellationToken);
        return true;
    }

    async Task ReleaseAsync(
        ResourceType<CustomObject> type, DeclaredResource resource, Erasure next, CancellationToken cancellationToken)
    {
        await WriteFinalizersAsync(type, resource.Source, isHeld: false, cancellationToken);
        // A namespace that is being deleted takes no events.
        if (next.IsWarning)
            Log.DataStay(logger, ResourceKey.From(resource).ToString(), next.Message);
        events.Publish(
            type, resource.Source, next.IsWarning ? EventType.Warning : EventType.Normal,
            next.IsErased ? Reason.DataErased : Reason.DataRetained, "Erase", next.Message);
    }

    async Task<Erasure> StepAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        var job = cache.Jobs.Find(
            new ObjectKey(resource.Namespace, ChildNames.Erasure(resource.Name, resource.Uid)));
        var next = GetNext(resource, null, job);
        if (next.Step is ErasureStep.Release)
            return next;
        var inputs = await inputsReader.ReadAsync(resource, cancellationToken);
        var desired = DesiredState.From(resource, inputs, settings);
        next = await GetNextAsync(resource, desired.Rejection, job, cancellationToken);
        if (next.Step is ErasureStep.Release)
            return next;
        try
        {
            // Also while pods still end: a namespace must not wait for them.
            if (job is null && await IsNamespaceTerminatingAsync(resource, cancellationToken))
                return Erasure.OfTerminatingNamespace(resource);
            return await DoAsync(next, resource, desired, job, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsOfTerminatingNamespace)
        {
            return Erasure.OfTerminatingNamespace(resource);
        }
        catch (KubernetesException error) when (error.IsRejected)
        {
            return Erasure.OfFailure(resource, error.Message, clock.GetUtcNow());
        }
    }

    Erasure GetNext(DeclaredResource resource, Rejection? rejection, Job? job) => Erasure.Next(
        resource, rejection, cache.GetServer(resource),
        cache.Pods.ByIndex(ClusterCache.ByOwner, ResourceKey.From(resource).ToString()), job);

    /// <summary>
    /// Returns the next step. Where nothing runs as far as the cache knows, the API server is asked: what was made last
    /// may not have arrived yet, and nothing may write while the data are erased.
    /// </summary>
    async Task<Erasure> GetNextAsync(
        DeclaredResource resource, Rejection? rejection, Job? job, CancellationToken cancellationToken)
    {
        var next = GetNext(resource, rejection, job);
        return next.Step is not (ErasureStep.RemoveChildren or ErasureStep.Erase) ? next : Erasure.Next(
            resource, rejection, await cache.ReadServerAsync(resource, cancellationToken),
            await cache.ReadRunningPodAsync(resource, cancellationToken) is { } pod ? [pod] : [], job);
    }

    async Task<Erasure> DoAsync(
        Erasure next, DeclaredResource resource, DesiredState desired, Job? job,
        CancellationToken cancellationToken)
    {
        if (next.Step is ErasureStep.StopServer)
            await StopServerAsync(resource, cancellationToken);
        if (next.Step is not (ErasureStep.RemoveChildren or ErasureStep.Erase))
            return next;
        var applied = await childrenApplier.ApplyAsync(
            resource, ErasureManifest.GetNeeds(resource, desired, job), cancellationToken);
        if (applied.Failure is { } failure)
            return Erasure.OfFailure(resource, failure, clock.GetUtcNow());
        if (applied.Conflict is { } conflict)
        {
            return Erasure.OfFailure(
                resource, Rejections.Conflict(conflict.Kind ?? "object", conflict.Name ?? "").Message,
                clock.GetUtcNow());
        }
        if (next.Step is ErasureStep.Erase)
            await CreateJobAsync(ErasureManifest.GetJob(resource, desired), cancellationToken);
        return next;
    }

    /// <summary>
    /// Whether nothing new can be made in the namespace. Rights to read namespaces are few, so it asks to make
    /// something, as a dry run.
    /// </summary>
    async Task<bool> IsNamespaceTerminatingAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateByDryRunAsync(ResourceTypes.ConfigMaps, new ConfigMap
            {
                Metadata = ChildMetadata.Retained(resource, ChildNames.Erasure(resource.Name, resource.Uid)),
            }, cancellationToken);
            return false;
        }
        catch (KubernetesException error) when (error.IsRejected || error.IsConflict)
        {
            return error.IsOfTerminatingNamespace;
        }
    }

    async Task StopServerAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        if ((cache.GetServer(resource) ?? await cache.ReadServerAsync(resource, cancellationToken)) is not { } server)
            return;
        await client.PatchAsync(ResourceTypes.Deployments, server.Key, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = server.Metadata.Uid },
            ["spec"] = new JsonObject { ["replicas"] = 0 },
        }, cancellationToken);
    }

    async Task CreateJobAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(ResourceTypes.Jobs, job, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsConflict)
        {
            // The informer has not received it yet.
        }
    }

    /// <summary>Somebody who changes the finalizers at the same time is not overwritten: that is a conflict.</summary>
    async Task WriteFinalizersAsync(
        ResourceType<CustomObject> type, CustomObject entity, bool isHeld, CancellationToken cancellationToken)
    {
        // Of many finalizers not all are kept in memory.
        if (await cache.ReadAsync(type, entity.Key, cancellationToken) is not { } whole
            || whole.Metadata.Uid != entity.Metadata.Uid)
        {
            return;
        }
        entity = whole;
        var others = (entity.Metadata.Finalizers ?? []).Where(finalizer => finalizer != Erasure.Finalizer);
        var finalizers = isHeld ? others.Append(Erasure.Finalizer) : others;
        try
        {
            await client.PatchAsync(type, entity.Key, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = entity.Metadata.Uid,
                    ["resourceVersion"] = entity.Metadata.ResourceVersion,
                    ["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => (JsonNode)finalizer)]),
                },
            }, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsNotFound && !isHeld)
        {
            // It is gone.
        }
    }
}
