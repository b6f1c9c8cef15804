using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The changes that an existing claim does not allow, and the claims that are another's. The CRD rejects changes on
/// update; here they come up when a resource is created again over its data.
/// </summary>
static class PersistentVolumeClaimRejections
{
    public static Rejection? First(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        var pvc = inputs.PersistentVolumeClaim;
        if (resource.Stored?.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is { } existing)
        {
            return OfLivingResource(resource, existing, inputs.ClaimRivals) ?? OfAnother(resource, pvc)
                ?? NotGiven(resource, pvc, settings);
        }
        if (resource.Stored is not { } spec)
            return null;
        if (pvc is null)
            return SnapshotNotGiven(resource, spec.Storage.RestoreFrom?.VolumeSnapshot, inputs.RestoreSource, settings);
        var name = pvc.Metadata.Name!;
        if (GetOwner(pvc, resource) is not { } owner)
            return spec.Storage.EffectivePersistentVolumeClaim is null ? null
                : Rejections.Conflict("PersistentVolumeClaim", name);
        if (!Ownership.CanUse(resource, owner))
            return DataOf(owner, resource, name, "give this resource another name");
        return spec.Storage.EffectivePersistentVolumeClaim is { } wanted
            ? Changed(wanted, pvc) ?? NotRestored(spec.Storage.RestoreFrom?.VolumeSnapshot, pvc)
            : new Rejection(Reason.StorageChangeRejected,
                $"The data of this resource are on the claim {name}. Write spec.storage.persistentVolumeClaim, or "
                + "give the resource another name.");
    }

    /// <summary>
    /// The rejection of a claim that a living resource uses: who may create resources does not get its data by naming
    /// its claim. Of resources that name the same existing claim, the oldest has it.
    /// </summary>
    static Rejection? OfLivingResource(
        DeclaredResource resource, string claim, ImmutableArray<DeclaredResource> rivals)
    {
        var first = rivals.Where(rival => rival.Stored?.Storage.EffectivePersistentVolumeClaim is not null)
            .Append(resource)
            .MinBy(each => (
                each.Stored!.Storage.EffectivePersistentVolumeClaim!.ExistingClaim is not null,
                Rejections.CreatedAt(each), each.Kind, each.Name))!;
        return first.Uid == resource.Uid
            ? null
            : new Rejection(Reason.DataOfAnother,
                $"The {first.Kind} {first.Name} uses the claim {claim}. Name another claim, or delete that resource "
                + "first.");
    }

    static Rejection? OfAnother(DeclaredResource resource, PersistentVolumeClaim? pvc) =>
        pvc is not null && Ownership.GetDataOwner(pvc.Metadata) is { } owner && !Ownership.CanUse(resource, owner)
            ? DataOf(owner, resource, pvc.Metadata.Name!, "name another claim")
            : null;

    static Rejection? NotGiven(DeclaredResource resource, PersistentVolumeClaim? pvc, OperatorSettings settings) =>
        pvc is null || new ClaimableVolume(pvc.Metadata) is var claim && claim.IsFor(resource, settings)
            ? null
            : new Rejection(Reason.VolumeNotGiven,
                "spec.storage.persistentVolumeClaim.existingClaim: nothing says that this resource may use the claim "
                + $"{pvc.Metadata.Name}. {claim.DescribeConsent(resource, "pvc")}");

    /// <summary>One that is not there yet would be anybody's later.</summary>
    static Rejection? SnapshotNotGiven(
        DeclaredResource resource, string? name, VolumeSnapshot? source, OperatorSettings settings)
    {
        if (name is null)
            return null;
        if (source is null)
        {
            return new Rejection(Reason.RestoreRejected,
                $"spec.storage.restoreFrom.volumeSnapshot: there is no VolumeSnapshot {name} in the namespace.");
        }
        var snapshot = new ClaimableVolume(source.Metadata);
        return snapshot.IsFor(resource, settings)
            ? null
            : new Rejection(Reason.VolumeNotGiven,
                "spec.storage.restoreFrom.volumeSnapshot: nothing says that this resource may use the VolumeSnapshot "
                + $"{name}. {snapshot.DescribeConsent(resource, "volumesnapshot")}");
    }

    static Rejection DataOf(ResourceKey owner, DeclaredResource resource, string claim, string otherwise) => new(
        Reason.DataOfAnother,
        $"The claim {claim} holds the data of the {owner.Kind} {owner.Namespace}/{owner.Name}. "
        + (owner.Kind == resource.Kind
            ? "To take them over, annotate this resource with "
                + $"{Annotations.TakeOver}={owner.Namespace}/{owner.Name}."
            : $"A {resource.Kind} can't take them over: {otherwise}."));

    /// <summary>A claim that was found again must not pass for one that was restored.</summary>
    static Rejection? NotRestored(string? snapshot, PersistentVolumeClaim pvc)
    {
        var made = PersistentVolumeClaimManifest.FindSnapshot(pvc);
        if (snapshot is null || made == snapshot)
            return null;
        var name = pvc.Metadata.Name!;
        return new Rejection(Reason.RestoreRejected,
            (made is null ? $"The claim {name} already exists, and was not made from a snapshot."
                : $"The claim {name} was made from the VolumeSnapshot {made}.")
            + $" Only a new volume is filled from the VolumeSnapshot {snapshot}: remove spec.storage.restoreFrom to "
            + "serve what the claim has, give the resource another name, or delete the claim if nobody needs its "
            + "data.");
    }

    /// <summary>A claim whose annotation somebody took away stays its owner's.</summary>
    static ResourceKey? GetOwner(PersistentVolumeClaim pvc, DeclaredResource resource) =>
        Ownership.GetDataOwner(pvc.Metadata)
        ?? (Ownership.IsOwnedBy(pvc.Metadata, resource) ? ResourceKey.From(resource) : null);

    static Rejection? Changed(Resources.Storage.PersistentVolumeClaimSpec wanted, PersistentVolumeClaim pvc)
    {
        var name = pvc.Metadata.Name!;
        if (wanted.StorageClassName is { } className && className != (pvc.Spec?.StorageClassName ?? ""))
        {
            return new Rejection(Reason.StorageChangeRejected,
                $"The claim {name} is of the class \"{pvc.Spec?.StorageClassName}\", and cannot become one of the "
                + $"class \"{className}\". Write the class that it has.");
        }
        if (!(pvc.Spec?.AccessModes ?? []).Order(StringComparer.Ordinal)
            .SequenceEqual(PersistentVolumeClaimManifest.GetModes(wanted).Order(StringComparer.Ordinal)))
        {
            return new Rejection(Reason.StorageChangeRejected,
                $"The claim {name} has the access modes {string.Join(", ", pvc.Spec?.AccessModes ?? [])}, which cannot "
                + "change. Write these.");
        }
        return PersistentVolumeClaimManifest.RequestedBy(pvc) is { } size && wanted.Size < size
            && !PersistentVolumeClaimManifest.MayBeLarger(wanted, pvc)
            ? new Rejection(Reason.StorageShrinkRejected,
                $"The claim {name} has {size}, and cannot shrink to {wanted.Size}. Write at least {size}.")
            : null;
    }
}
