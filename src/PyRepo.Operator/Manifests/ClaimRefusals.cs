using PyRepo.Kubernetes.Objects;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// What a claim that is there already does not allow. A CRD refuses such changes on update; here they are met when a
/// resource is made again over its data.
/// </summary>
static class ClaimRefusals
{
    public static Refusal? First(DeclaredResource resource, PersistentVolumeClaim? claim)
    {
        if (claim is null || resource.Stored is not { } spec || spec.Storage.EffectiveClaim?.ExistingClaim is not null)
            return null;
        var name = claim.Metadata.Name!;
        if (OwnerOf(claim, resource) is not { } owner)
            return spec.Storage.EffectiveClaim is null ? null : Refusals.Conflict("PersistentVolumeClaim", name);
        if (!owner.Serves(resource))
        {
            return new Refusal("DataOfAnother",
                $"The claim {name} holds the data of the {owner.Kind} {owner.Namespace}/{owner.Name}. "
                + (owner.Kind == resource.Kind
                    ? $"To take them over, annotate this resource with {Annotations.TakeOver}={owner.Namespace}/{owner.Name}."
                    : $"A {resource.Kind} can't take them over: give this resource another name."));
        }
        return spec.Storage.EffectiveClaim is { } wanted
            ? Changed(wanted, claim)
            : new Refusal("StorageChangeRefused",
                $"The data of this resource lie on the claim {name}. Write spec.storage.persistentVolumeClaim, or "
                + "give the resource another name.");
    }

    /// <summary>A claim whose annotation somebody took away stays its owner's.</summary>
    static DataOwner? OwnerOf(PersistentVolumeClaim claim, DeclaredResource resource) =>
        DataOwner.Read(claim.Metadata)
        ?? (ChildMetadata.IsChildOf(claim.Metadata, resource) ? DataOwner.Of(resource) : null);

    static Refusal? Changed(Resources.Storage.PersistentVolumeClaimSpec wanted, PersistentVolumeClaim claim)
    {
        var name = claim.Metadata.Name!;
        if (wanted.StorageClassName is { } className && className != (claim.Spec?.StorageClassName ?? ""))
        {
            return new Refusal("StorageChangeRefused",
                $"The claim {name} is of the class \"{claim.Spec?.StorageClassName}\", and cannot become one of the class "
                + $"\"{className}\". Write the class that it has.");
        }
        if (!(claim.Spec?.AccessModes ?? []).Order(StringComparer.Ordinal)
            .SequenceEqual(ClaimManifest.ModesOf(wanted).Order(StringComparer.Ordinal)))
        {
            return new Refusal("StorageChangeRefused",
                $"The claim {name} has the access modes {string.Join(", ", claim.Spec?.AccessModes ?? [])}, which cannot "
                + "change. Write these.");
        }
        return ClaimManifest.RequestedBy(claim) is { } size && wanted.Size < size
            ? new Refusal("StorageShrinkRefused",
                $"The claim {name} has {size}, and cannot shrink to {wanted.Size}. Write at least {size}.")
            : null;
    }
}
