using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Controllers;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Operator.Status;
using PyRepo.Resources;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Reconciles a resource of any of the three kinds: reads its inputs, decides, applies its children, observes them, and
/// patches its status. All decisions are pure functions of Manifests and Status.
/// </summary>
sealed class ResourceController(
    ResourceType<CustomObject> type, KubernetesClient client, ClusterCache cache, ReconcileInputsReader inputsReader,
    HostRegistry hosts, HostJournal journal, OwnSecrets secrets, ObservationReader observations,
    ChildrenApplier childrenApplier, VolumeRefresher volumeRefresher, BucketMarker marker,
    VolumeGrower grower, VolumeSnapshotter snapshotter, ErasureReconciler eraser, RolloutGate gate,
    ServerStatusPoller poller, RequeuePauses pauses, WaiverEvents waivers, RolloutEvents rollouts, MemoryEvents memory,
    EventRecorder events, OperatorSettings settings, TimeProvider clock, ILogger logger)
    : IEntityController<CustomObject>
{
    readonly ConcurrentDictionary<ObjectKey, (string? Version, string? Uid, JsonElement Status)> _written = new();

    /// <summary>The dependencies of an erasure are watched; a rejection by the API server is not.</summary>
    static readonly TimeSpan _erasureInterval = TimeSpan.FromSeconds(30);

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<CustomObject>> ReconcileAsync(
        CustomObject entity, CancellationToken cancellationToken)
    {
        try
        {
            return await ReconcileResourceAsync(entity, cancellationToken);
        }
        catch (Exception error) when (IsFault(error))
        {
            var previous = ResourceStatus.Read(GetStatus(entity));
            var status = StatusWriter.Failed(entity, previous, error.Message, clock.GetUtcNow());
            await PatchStatusAsync(entity, previous, status, cancellationToken);
            throw;
        }
    }

    async Task<ReconciliationResult<CustomObject>> ReconcileResourceAsync(
        CustomObject watched, CancellationToken cancellationToken)
    {
        // The garbage collector deletes its children, by their ownerReferences.
        if (watched.Metadata.DeletionTimestamp is not null && !ErasureReconciler.IsHeld(watched))
            return ReconciliationResult<CustomObject>.Success(watched);
        if (watched.Metadata.DeletionTimestamp is null && cache.Count.IsExceededBy(watched))
            return await LeaveOutAsync(watched, cancellationToken);
        if (await cache.ReadSpecAsync(type, watched, cancellationToken) is not { } entity)
            return ReconciliationResult<CustomObject>.Success(watched);
        await cache.ReadSpecsAsync(entity.Key.Namespace, cancellationToken);
        var resource = cache.Declared(entity);
        var previous = ResourceStatus.Read(GetStatus(entity));
        if (resource.Annotation(Annotations.Paused) == "true")
        {
            Forget(entity);
            var isDeleted = entity.Metadata.DeletionTimestamp is not null;
            if (isDeleted && await eraser.TryReleaseWithNamespaceAsync(type, resource, cancellationToken))
                return ReconciliationResult<CustomObject>.Success(entity);
            await PatchStatusAsync(
                entity, previous, StatusWriter.Paused(resource, previous, clock.GetUtcNow()), cancellationToken);
            return ReconciliationResult<CustomObject>.Success(entity, isDeleted ? _erasureInterval : null);
        }
        if (entity.Metadata.DeletionTimestamp is not null)
            return await EraseAsync(resource, previous, cancellationToken);
        var inputs = await inputsReader.ReadAsync(resource, cancellationToken);
        inputs = inputs with
        {
            RecommendedMemory = previous.Recommendation?.GetGiven(resource.Spec?.Server.AutoMemory),
            FileSystem = PersistentVolumeClaimManifest.RaisesGrowing(resource, inputs)
                ? await observations.ReadFileSystemAsync(resource, cancellationToken) : null,
            IsRestored = previous.Restored?.IsOf(inputs.PersistentVolumeClaim) is true,
        };
        inputs = await WithHostsAsync(resource, inputs, cancellationToken);
        (inputs, var secretFailure) = await WithSecretsAsync(resource, inputs, cancellationToken);
        var desired = gate.Admit(
            resource, DesiredState.From(resource, inputs, settings), inputs.RecommendedMemory);
        await eraser.KeepFinalizerAsync(type, resource, desired.Rejection, cancellationToken);
        var outcome = desired.Rejection is null
            ? await childrenApplier.ApplyAsync(resource, inputs, desired, cancellationToken)
            : ChildrenApplyResult.Untouched;
        await hosts.NoteUseAsync(resource.Namespace, cancellationToken);
        if (desired.Rejection is not null || outcome is { IsComplete: false, WroteServer: false })
            gate.Release(ResourceKey.From(resource));
        rollouts.Tell(type, resource, inputs.Deployment, desired.Deployment, outcome);
        memory.Tell(type, resource, inputs.Deployment, desired.Deployment, outcome, previous.Recommendation);
        var observed = await observations.ReadAsync(resource, inputs, cancellationToken);
        // What was rejected just now is still to be done, and not to be noted as done.
        if (observed.HasMissingSecrets && inputs.SecretsDigest is not null && secretFailure is null)
        {
            (inputs, secretFailure) = await WithSecretsAsync(
                resource, inputs with { SecretsDigest = null }, cancellationToken, isMissing: true);
            desired = inputs.ForeignSecret is null ? desired : DesiredState.From(resource, inputs, settings);
        }
        observed = observed with { Conflict = outcome.Conflict, WriteFailure = outcome.Failure ?? secretFailure };
        var statusInputs = StatusInputs.From(resource, inputs, settings, desired, observed);
        statusInputs = statusInputs with
        {
            Observed = observed with { GrowthRefusal = await grower.RunAsync(statusInputs, cancellationToken) },
        };
        statusInputs = statusInputs with { Snapshots = await snapshotter.RunAsync(statusInputs, cancellationToken) };
        await volumeRefresher.RunAsync(statusInputs, cancellationToken);
        await marker.RunAsync(statusInputs, cancellationToken);
        var status = StatusWriter.Create(statusInputs, previous);
        var isChanged = await PatchStatusAsync(entity, previous, status, cancellationToken);
        gate.TellWaiting();
        poller.Record(
            ResourceKey.From(resource), inputs, observed,
            IsSettled(status) && !BackupCondition.IsAwaited(resource, status), IsUrgent(resource.Resource));
        Log.Reconciled(logger, type.Kind, entity.Key.ToString(), status.Find(StatusConditions.Ready)?.Reason ?? "");
        // The pods' memory is read from the status, which is written last.
        if (resource.Spec?.Server.AutoMemory is not null && status.Recommendation != previous.Recommendation)
            return ReconciliationResult<CustomObject>.Success(entity, _soon);
        var next = RequeueAfter(ResourceKey.From(resource), status, isChanged);
        TimeSpan?[] times = [next, waivers.Publish(type, resource), statusInputs.UntilNextSnapshot];
        return ReconciliationResult<CustomObject>.Success(entity, times.Min());
    }

    /// <summary>A resource that is one too many in its namespace keeps what it has.</summary>
    async Task<ReconciliationResult<CustomObject>> LeaveOutAsync(
        CustomObject entity, CancellationToken cancellationToken)
    {
        Forget(entity);
        cache.ForgetSpec(entity);
        var previous = ResourceStatus.Read(GetStatus(entity));
        var status = StatusWriter.LeftOut(entity, previous, settings.MaxResourcesPerNamespace, clock.GetUtcNow());
        await PatchStatusAsync(entity, previous, status, cancellationToken);
        return ReconciliationResult<CustomObject>.Success(entity);
    }

    /// <summary>Erases a bucket's data before the resource goes.</summary>
    async Task<ReconciliationResult<CustomObject>> EraseAsync(
        DeclaredResource resource, ResourceStatus previous, CancellationToken cancellationToken)
    {
        Forget(resource.Source);
        if (await eraser.EraseAsync(type, resource, cancellationToken) is not { } progress)
            return ReconciliationResult<CustomObject>.Success(resource.Source);
        var status = StatusWriter.Erasing(resource, previous, progress, clock.GetUtcNow());
        await PatchStatusAsync(resource.Source, previous, status, cancellationToken);
        return ReconciliationResult<CustomObject>.Success(resource.Source, _erasureInterval);
    }

    /// <inheritdoc/>
    public async Task<ReconciliationResult<CustomObject>> DeletedAsync(
        CustomObject entity, CancellationToken cancellationToken)
    {
        _written.TryRemove(entity.Key, out _);
        Forget(entity);
        await hosts.NoteUseAsync(entity.Metadata.Namespace, cancellationToken);
        return ReconciliationResult<CustomObject>.Success(entity);
    }

    /// <summary>
    /// Registers the hosts that the resource may have, before any Ingress or HTTPRoute has them. A resource that is
    /// rejected gets no Ingress, and no host.
    /// </summary>
    async Task<ReconcileInputs> WithHostsAsync(
        DeclaredResource resource, ReconcileInputs inputs, CancellationToken cancellationToken)
    {
        if (HostAccess.HostsToRegister(resource, inputs, settings) is not { IsEmpty: false } free
            || Rejections.First(resource, inputs, settings) is not null)
        {
            return inputs;
        }
        await hosts.RegisterAsync(resource.Namespace, free, cancellationToken);
        var holders = await inputsReader.ReadHostHoldersAsync(resource, cancellationToken);
        foreach (var host in free.Where(host => holders[host].RegisteredTo == resource.Namespace))
            journal.WriteTo(resource, type, host);
        return inputs with { HostHolders = holders, IsHostRegistryFull = hosts.IsFull };
    }

    /// <summary>
    /// Makes the operator's own Secrets, unless they were made as they are wanted now. A resource that is rejected gets
    /// none.
    /// </summary>
    /// <returns>The inputs with what became of them, and why the API server rejected one.</returns>
    async Task<(ReconcileInputs Inputs, string? Failure)> WithSecretsAsync(
        DeclaredResource resource, ReconcileInputs inputs, CancellationToken cancellationToken, bool isMissing = false)
    {
        if (resource.Spec is null)
            return (inputs, null);
        var wanted = OwnSecret.GetAll(resource, inputs);
        var digest = OwnSecret.GetDigest(wanted);
        if (inputs.SecretsDigest == digest || Rejections.First(resource, inputs, settings) is not null)
            return (inputs, null);
        try
        {
            foreach (var secret in wanted)
            {
                var outcome = await secrets.EnsureAsync(secret, isMissing, cancellationToken);
                if (outcome is SecretOutcome.Foreign)
                    return (inputs with { ForeignSecret = secret.Fresh.Metadata.Name }, null);
                if (outcome is SecretOutcome.Rotated)
                    TellRotation(resource, secret);
            }
        }
        catch (KubernetesException error) when (error.IsRejected)
        {
            return (inputs, error.Message);
        }
        return (inputs with
        {
            SecretsDigest = digest,
            MetSigningKeyRequest = resource.Annotation(Annotations.RotateSigningKey) ?? "",
        }, null);
    }

    void TellRotation(DeclaredResource resource, OwnSecret secret) => events.Publish(
        type, resource.Source, EventType.Normal, Reason.SecretRotated, "Rotate",
        $"The Secret {secret.Fresh.Metadata.Name} has a new value. The previous one is valid for an hour.");

    /// <summary>Whether the next reconcile will most likely fail for the same cause.</summary>
    static bool IsFault(Exception error) => error switch
    {
        KubernetesException failure => failure.IsRejected,
        HttpRequestException or IOException or TimeoutException or OperationCanceledException => false,
        _ => true,
    };

    /// <summary>The status that was written last, if the informer has not received it yet.</summary>
    JsonElement GetStatus(CustomObject entity)
    {
        if (!_written.TryGetValue(entity.Key, out var written))
            return entity.Status;
        if (written.Uid == entity.Metadata.Uid && written.Version == entity.Metadata.ResourceVersion)
            return written.Status;
        _written.TryRemove(KeyValuePair.Create(entity.Key, written));
        return entity.Status;
    }

    /// <summary>
    /// The dependencies of a resource are watched, or polled. It is reconciled again while it is not ready, or may not
    /// grow: the API server may accept later what it rejected.
    /// </summary>
    TimeSpan? RequeueAfter(ResourceKey key, ResourceStatus status, bool isChanged)
    {
        if (!IsSettled(status) || status.Find(StatusConditions.StorageReady)?.Reason == Reason.GrowthRefused)
            return pauses.Next(key, isChanged);
        pauses.Forget(key);
        return null;
    }

    static bool IsSettled(ResourceStatus status) => status.Find(StatusConditions.Ready) is { IsTrue: true };

    void Forget(CustomObject entity)
    {
        var key = new ResourceKey(type.Kind, entity.Key.Namespace, entity.Key.Name);
        poller.Forget(key);
        gate.Forget(key);
        pauses.Forget(key);
        waivers.Forget(key);
        rollouts.Forget(key);
    }

    /// <summary>Returns whether the status changed.</summary>
    async Task<bool> PatchStatusAsync(
        CustomObject entity, ResourceStatus previous, ResourceStatus status, CancellationToken cancellationToken)
    {
        if (previous.IsEquivalentTo(status))
            return false;
        var now = status.ToJson();
        await client.ApplyStatusAsync(type, new CustomObject
        {
            ApiVersion = type.ApiVersion,
            Kind = type.Kind,
            Metadata = new ObjectMeta
            {
                Name = entity.Metadata.Name,
                Namespace = entity.Metadata.Namespace,
                Uid = entity.Metadata.Uid,
            },
            Status = now,
        }, cancellationToken);
        _written[entity.Key] = (entity.Metadata.ResourceVersion, entity.Metadata.Uid, now);
        foreach (var told in StatusEvents.Between(previous, status))
            events.Publish(type, entity, told.Type, told.Reason, told.Action, told.Note);
        return true;
    }

    /// <summary>Whether what its servers report may not wait: an advisory, or a volume that fills up.</summary>
    static bool IsUrgent(Resource? resource) => resource switch
    {
        PythonRepository hosted => hosted.Spec.Advisories is not null || Grows(hosted.Spec),
        ProxyRepository proxy => proxy.Spec.Policy?.Advisories is not null || Grows(proxy.Spec),
        _ => false,
    };

    static bool Grows(StoredSpec spec) => spec.Storage.EffectivePersistentVolumeClaim?.AutoGrow is not null;
}
