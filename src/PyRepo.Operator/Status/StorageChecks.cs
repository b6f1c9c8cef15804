using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Values;
using ClaimWanted = PyRepo.Resources.Storage.PersistentVolumeClaimSpec;

namespace PyRepo.Operator.Status;

/// <summary>Whether the storage is ready.</summary>
static class StorageChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        PersistentVolumeClaimIsUsable(Exists),
        PersistentVolumeClaimIsUsable(HasClass),
        PersistentVolumeClaimIsUsable(IsBound),
        PersistentVolumeClaimIsUsable(MayGrow),
        new(CheckTopic.Storage, BucketClaimChecks.IsBound),
        new(CheckTopic.Storage, HasUsableBucket),
        new(CheckTopic.Storage, AllowsReplicas),
    ];

    static Check PersistentVolumeClaimIsUsable(Func<StatusInputs, ClaimWanted, CheckResult?> find) => new(
        CheckTopic.Storage,
        inputs =>
            inputs.Resource.Stored?.Storage.EffectivePersistentVolumeClaim is { } wanted ? find(inputs, wanted) : null);

    static CheckResult? Exists(StatusInputs inputs, ClaimWanted wanted) =>
        (inputs.Cluster.PersistentVolumeClaim, wanted.ExistingClaim) switch
        {
            (null, { } name) => CheckResult.Stalled(Reason.ClaimNotFound,
                "spec.storage.persistentVolumeClaim.existingClaim: "
                + $"there is no PersistentVolumeClaim {name} in the namespace."),
            (null, null) => CheckResult.Pending(Reason.ClaimPending, "The PersistentVolumeClaim is being created."),
            ({ Metadata.DeletionTimestamp: not null } pvc, _) => CheckResult.Stalled(Reason.ClaimDeleted,
                $"Someone deleted the PersistentVolumeClaim {pvc.Metadata.Name}. Its data are lost when the server's "
                + "pod ends: copy them now."),
            ({ Status.Phase: "Lost" } pvc, _) => CheckResult.Stalled(Reason.ClaimLost,
                $"The volume of the PersistentVolumeClaim {pvc.Metadata.Name} is gone. Restore it, or delete the claim "
                + "to begin with nothing."),
            _ => null,
        };

    static CheckResult? HasClass(StatusInputs inputs, ClaimWanted wanted)
    {
        if (wanted.ExistingClaim is not null || inputs.Settings.Scope is not WatchScope.Cluster
            || inputs.Cluster.StorageClass is not null || inputs.Cluster.PersistentVolumeClaim is not { } pvc
            || pvc.Status?.Phase == "Bound")
        {
            return null;
        }
        var name = wanted.StorageClassName ?? pvc.Spec?.StorageClassName;
        if (string.IsNullOrEmpty(name))
        {
            return wanted.StorageClassName is null
                ? CheckResult.Stalled(Reason.NoDefaultStorageClass,
                    "The cluster has no default StorageClass. "
                    + "Write spec.storage.persistentVolumeClaim.storageClassName.")
                : null;
        }
        return CheckResult.Stalled(Reason.StorageClassNotFound, $"There is no StorageClass {name}.");
    }

    /// <summary>Some classes make a volume only when a pod asks for it, which a suspended one does not.</summary>
    static CheckResult? IsBound(StatusInputs inputs, ClaimWanted wanted) =>
        inputs.Cluster.PersistentVolumeClaim is not { Status.Phase: "Bound" }
            && inputs.Resource.Spec is { Suspend: false }
            ? CheckResult.Pending(Reason.ClaimPending,
                $"The PersistentVolumeClaim {PersistentVolumeClaimManifest.GetName(inputs.Resource, inputs.Cluster)} "
                + "has no volume yet."
                + (inputs.Observed.PersistentVolumeClaimEvent is { } message ? $" {message}" : ""))
            : null;

    static CheckResult? MayGrow(StatusInputs inputs, ClaimWanted wanted) =>
        wanted.ExistingClaim is null && PersistentVolumeClaimManifest.CannotGrow(wanted, inputs.Cluster)
            ? CheckResult.Stalled(Reason.StorageNotExpandable,
                $"{WhyNotExpandable(inputs, wanted.Size)} Ask the administrator to allow it, or recreate the resource "
                + "with its current size: with the deletionPolicy Retain its data stay.")
            : null;

    static string WhyNotExpandable(StatusInputs inputs, Quantity size)
    {
        var pvc = inputs.Cluster.PersistentVolumeClaim!;
        var claim = $"The claim {pvc.Metadata.Name} has {PersistentVolumeClaimManifest.RequestedBy(pvc)}, and ";
        return inputs.Cluster.StorageClass is { } found
            ? $"{claim}its StorageClass {found.Metadata.Name} does not allow {size} (allowVolumeExpansion)."
            : $"{claim}no StorageClass (allowVolumeExpansion) that would allow {size}.";
    }

    /// <summary>
    /// Why the step that is due is not made; null: it is, or none is due. The repository serves in the meantime.
    /// </summary>
    public static string? FindGrowthRefusal(StatusInputs inputs) =>
        inputs.GetGrowth(GrowthState.None) is not { State: GrowthState.Due, Size: var next } ? null
        : inputs.Observed.GrowthRefusal is { } message
            ? $"The volume fills up, and the API server refuses to let the claim grow to {next}: {message}"
        : PersistentVolumeClaimManifest.IsExpandable(inputs.Cluster) ? null
        : $"The volume fills up. {WhyNotExpandable(inputs, next)}";

    /// <summary>Only the server has the bucket's key.</summary>
    static CheckResult? HasUsableBucket(StatusInputs inputs) =>
        inputs.Resource.Stored is not { Storage.Bucket: { } bucket } || AllowsReplicas(inputs) is not null
        ? null
        : inputs.Servers switch
        {
            { Storage: { IsRefused: true } refusal } => CheckResult.Stalled(Reason.BucketNotReady,
                $"The {bucket.Title} cannot be used: {refusal.Refusal}"),
            { Message: { } message } =>
                CheckResult.Pending(Reason.BucketNotReady, $"The {bucket.Title} is not in use: {message}"),
            _ => null,
        };

    /// <summary>A server that has proof that conditional writes do not work writes nothing more, and says so.</summary>
    static CheckResult? AllowsReplicas(StatusInputs inputs) => !AllowsOneReplicaOnly(inputs) ? null
        : inputs.Servers.Storage is { IsRefused: true, Code: StorageReport.ConditionalWritesUnsupported } refusal
            ? CheckResult.Stalled(Reason.ConditionalWritesUnsupported, refusal.Refusal)
        : inputs.Resource.Spec is { Server.Replicas: > 1 }
            ? CheckResult.Stalled(Reason.ConditionalWritesUnsupported,
                "The service that has the bucket ignores conditional writes, which replicas need: set "
                + "spec.server.replicas to 1.")
            : null;

    /// <summary>Replicas would overwrite each other's records without noticing.</summary>
    public static bool AllowsOneReplicaOnly(StatusInputs inputs) =>
        inputs.Resource.Stored is { Storage.Bucket: not null }
        && inputs.Servers.Storage is { ConditionalWrites: false };

    /// <summary>The sizes of the volume that is being expanded, in which the repository serves; null: it is not.</summary>
    public static (Quantity From, Quantity To)? FindGrowth(StatusInputs inputs) =>
        inputs.Cluster.PersistentVolumeClaim is { Status.Phase: "Bound" } pvc
        && PersistentVolumeClaimManifest.CapacityOf(pvc) is { } size
        && PersistentVolumeClaimManifest.RequestedBy(pvc) is { } requested && size < requested
            ? (size, requested)
            : null;

    /// <summary>
    /// The growth as the status has it so far. Of a suspended resource nothing new is heard, so that counts no more.
    /// </summary>
    public static GrowthState GetGrowthBefore(StatusInputs inputs, ResourceStatus previous)
    {
        var reason = previous.Find(StatusConditions.StorageReady)?.Reason;
        return inputs.Resource.Spec is { Suspend: true } ? GrowthState.None
            : reason == Reason.VolumeAtMax ? GrowthState.AtMax
            : reason == Reason.Growing ? GrowthState.Growing
            : GrowthState.None;
    }
}
