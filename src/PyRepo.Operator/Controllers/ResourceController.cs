using System.Collections.Concurrent;
using System.Net;
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

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Reconciles a resource of any of the three kinds: reads its inputs, decides, applies its children, observes them, and
/// patches its status. All decisions are pure functions of Manifests and Status.
/// </summary>
sealed class ResourceController(
    ResourceType<CustomObject> type, KubernetesClient client, ClusterCache cache, ReconcileInputsReader inputsReader,
    ObservationReader observations, ChildrenApplier childrenApplier, VolumeRefresher volumeRefresher, RolloutGate gate,
    EventRecorder events, OperatorSettings settings, TimeProvider clock, ILogger logger)
    : IEntityController<CustomObject>
{
    static readonly TimeSpan _unreadyInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan _readyInterval = TimeSpan.FromMinutes(5);

    /// <summary>What the API server rejects now it will most likely reject in five seconds, too.</summary>
    static readonly TimeSpan _rejectedInterval = TimeSpan.FromSeconds(30);
    readonly ConcurrentDictionary<ObjectKey, (string? Version, string? Uid, JsonElement Status)> _written = new();

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
            var previous = ResourceStatus.Read(StatusOf(entity));
            var status = StatusWriter.Failed(entity, previous, error.Message, clock.GetUtcNow());
            await PatchStatusAsync(entity, previous, status, cancellationToken);
            throw;
        }
    }

    async Task<ReconciliationResult<CustomObject>> ReconcileResourceAsync(
        CustomObject entity, CancellationToken cancellationToken)
    {
        // The garbage collector deletes its children, by their ownerReferences.
        if (entity.Metadata.DeletionTimestamp is not null)
            return ReconciliationResult<CustomObject>.Success(entity);
        var resource = cache.Declared(entity);
        var previous = ResourceStatus.Read(StatusOf(entity));
        if (resource.Annotation(Annotations.Paused) == "true")
        {
            await PatchStatusAsync(
                entity, previous, StatusWriter.Paused(resource, previous, clock.GetUtcNow()), cancellationToken);
            return ReconciliationResult<CustomObject>.Success(entity);
        }
        var inputs = await inputsReader.ReadAsync(resource, cancellationToken);
        var effective = gate.SettingsFor(resource);
        var desired = DesiredState.Of(resource, inputs, effective);
        var outcome = desired.Rejection is null
            ? await childrenApplier.ApplyAsync(resource, inputs, desired, cancellationToken)
            : ChildrenApplyResult.Untouched;
        if (desired.Rejection is not null || outcome is { IsComplete: false, WroteServer: false })
            gate.Release(resource);
        var observed = await observations.ReadAsync(resource, inputs, cancellationToken);
        observed = observed with { Conflict = outcome.Conflict, WriteFailure = outcome.Failure };
        var statusInputs = StatusInputs.Of(resource, inputs, effective, desired, observed) with
        {
            AwaitsRollout = effective != settings,
        };
        await volumeRefresher.RunAsync(statusInputs, cancellationToken);
        var status = StatusWriter.Of(statusInputs, previous);
        await PatchStatusAsync(entity, previous, status, cancellationToken);
        Log.Reconciled(logger, type.Kind, entity.Key.ToString(), status.Find(StatusConditions.Ready)?.Reason ?? "");
        return ReconciliationResult<CustomObject>.Success(
            entity, effective == settings ? RequeueAfter(status, inputs) : _unreadyInterval);
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult<CustomObject>> DeletedAsync(
        CustomObject entity, CancellationToken cancellationToken)
    {
        _written.TryRemove(entity.Key, out _);
        return Task.FromResult(ReconciliationResult<CustomObject>.Success(entity));
    }

    /// <summary>Whether the next reconcile will most likely fail for the same cause.</summary>
    static bool IsFault(Exception error) => error switch
    {
        KubernetesException rejected => rejected.Status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest
            or HttpStatusCode.UnprocessableEntity,
        HttpRequestException or IOException or TimeoutException or OperationCanceledException => false,
        _ => true,
    };

    /// <summary>The status that was written last, if the informer has not received it yet.</summary>
    JsonElement StatusOf(CustomObject entity)
    {
        if (!_written.TryGetValue(entity.Key, out var written))
            return entity.Status;
        if (written.Uid == entity.Metadata.Uid && written.Version == entity.Metadata.ResourceVersion)
            return written.Status;
        _written.TryRemove(KeyValuePair.Create(entity.Key, written));
        return entity.Status;
    }

    TimeSpan RequeueAfter(ResourceStatus status, ReconcileInputs inputs)
    {
        var next = status.Find(StatusConditions.Ready) switch
        {
            { IsTrue: true } => _readyInterval,
            { Reason: DeclarationChecks.WriteFailed } => _rejectedInterval,
            _ => _unreadyInterval,
        };
        return CredentialsManifest.ChangesAt(inputs.Credentials) is { } at && at - clock.GetUtcNow() is var left
            && left > TimeSpan.Zero && left < next ? left : next;
    }

    async Task PatchStatusAsync(
        CustomObject entity, ResourceStatus previous, ResourceStatus status, CancellationToken cancellationToken)
    {
        if (previous.IsEquivalentTo(status))
            return;
        var now = status.ToJson();
        await client.ApplyStatusAsync(type, new CustomObject
        {
            ApiVersion = type.ApiVersion,
            Kind = type.Kind,
            Metadata = new ObjectMeta
            {
                Name = entity.Metadata.Name,
                Namespace = entity.Metadata.Namespace,
                Uid =
                entity.Metadata.Uid
            },
            Status = now,
        }, cancellationToken);
        _written[entity.Key] = (entity.Metadata.ResourceVersion, entity.Metadata.Uid, now);
        RecordEvent(entity, previous.Find(StatusConditions.Ready), status.Find(StatusConditions.Ready));
    }

    /// <summary>Records as an event that the resource became ready, or why it is not.</summary>
    void RecordEvent(CustomObject entity, Condition? before, Condition? now)
    {
        if (now is null || (before?.Status == now.Status && before.Reason == now.Reason))
            return;
        var isFault = now.Status == "False";
        events.Publish(
            type, entity, isFault ? EventType.Warning : EventType.Normal, now.Reason ?? "Reconciled", "Reconcile",
            now.Message ?? "");
    }
}
