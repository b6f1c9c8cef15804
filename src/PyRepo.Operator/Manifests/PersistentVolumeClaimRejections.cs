using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// What a claim that is there already does not allow. A CRD refuses such changes on update; here they are met when a
/// resource is made again over its data.
/// </summary>
static class PersistentVolumeClaimRejections
{
    public static Rejection? First(DeclaredResource resource, PersistentVolumeClaim? persistentVolumeClaim)
    {
        if (persistentVolumeClaim is null || resource.Stored is not { } spec || spec.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null)
            return null;
        var name = persistentVolumeClaim.Metadata.Name!;
        if (OwnerOf(persistentVolumeClaim, resource) is not { } owner)
            return spec.Storage.EffectivePersistentVolumeClaim is null ? null : Rejections.Conflict("PersistentVolumeClaim", name);
        if (!Ownership.CanUse(resource, owner))
        {
            return new Rejection("DataOfAnother",
                $"The claim {name} holds the data of the {owner.Kind} {owner.Namespace}/{owner.Name}. "
                + (owner.Kind == resource.Kind
                    ? $"To take them over, annotate this resource with {Annotations.TakeOver}={owner.Namespace}/{owner.Name}."
                    : $"A {resource.Kind} can't take them over: give this resource another name."));
        }
        return spec.Storage.EffectivePersistentVolumeClaim is { } wanted
            ? Changed(wanted, persistentVolumeClaim)
            : new Rejection("StorageChangeRefused",
                $"The data of this resource lie on the claim {name}. Write spec.storage.persistentVolumeClaim, or "
                + "give the resource another name.");
    }

    /// <summary>A claim whose annotation somebody took away stays its owner's.</summary>
    static ResourceKey? OwnerOf(PersistentVolumeClaim persistentVolumeClaim, DeclaredResource resource) =>
        Ownership.DataOwnerOf(persistentVolumeClaim.Metadata)
        ?? (Ownership.IsOwnedBy(persistentVolumeClaim.Metadata, resource) ? ResourceKey.Of(resource) : null);

    static Rejection? Changed(Resources.Storage.PersistentVolumeClaimSpec wanted, PersistentVolumeClaim persistentVolumeClaim)
    {
        var name = persistentVolumeClaim.Metadata.Name!;
        if (wanted.StorageClassName is { } className && className != (persistentVolumeClaim.Spec?.StorageClassName ?? ""))
        {
            return new Rejection("StorageChangeRefused",
                $"The claim {name} is of the class \"{persistentVolumeClaim.Spec?.StorageClassName}\", and cannot become one of the class "
                + $"\"{className}\". Write the class that it has.");
        }
        if (!(persistentVolumeClaim.Spec?.AccessModes ?? []).Order(StringComparer.Ordinal)
            .SequenceEqual(PersistentVolumeClaimManifest.ModesOf(wanted).Order(StringComparer.Ordinal)))
        {
            return new Rejection("StorageChangeRefused",
                $"The claim {name} has the access modes {string.Join(", ", persistentVolumeClaim.Spec?.AccessModes ?? [])}, which cannot "
                + "change. Write these.");
        }
        return PersistentVolumeClaimManifest.RequestedBy(persistentVolumeClaim) is { } size && wanted.Size < size
            ? new Rejection("StorageShrinkRefused",
                $"The claim {name} has {size}, and cannot shrink to {wanted.Size}. Write at least {size}.")
            : null;
    }
}
