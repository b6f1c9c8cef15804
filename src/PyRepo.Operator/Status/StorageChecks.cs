using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using ClaimWanted = PyRepo.Resources.Storage.PersistentVolumeClaimSpec;

namespace PyRepo.Operator.Status;

/// <summary>Whether there is a place for the data.</summary>
static class StorageChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        Claim(IsThere),
        Claim(HasClass),
        Claim(IsBound),
        Claim(MayGrow),
        new(CheckTopic.Storage, Bucket),
    ];

    static Check Claim(Func<Facts, ClaimWanted, Finding?> find) => new(
        CheckTopic.Storage,
        facts => facts.Resource.Stored?.Storage.EffectiveClaim is { } wanted ? find(facts, wanted) : null);

    static Finding? IsThere(Facts facts, ClaimWanted wanted) => (facts.Around.Claim, wanted.ExistingClaim) switch
    {
        (null, { } name) => Finding.Fault("ClaimNotFound",
            $"spec.storage.persistentVolumeClaim.existingClaim: there is no PersistentVolumeClaim {name} in the namespace."),
        (null, null) => Finding.OnTheWay("ClaimPending", "The PersistentVolumeClaim is being made."),
        ({ Metadata.DeletionTimestamp: not null } claim, _) => Finding.Fault("ClaimDeleted",
            $"Somebody deleted the PersistentVolumeClaim {claim.Metadata.Name}. Its data are lost when the server's pod ends: "
            + "copy them now."),
        ({ Status.Phase: "Lost" } claim, _) => Finding.Fault("ClaimLost",
            $"The volume of the PersistentVolumeClaim {claim.Metadata.Name} is gone. Restore it, or delete the claim to "
            + "begin with nothing."),
        _ => null,
    };

    static Finding? HasClass(Facts facts, ClaimWanted wanted)
    {
        if (wanted.ExistingClaim is not null || facts.Settings.Scope is not WatchScope.Cluster
            || facts.Around.StorageClass is not null || facts.Around.Claim is not { } claim || claim.Status?.Phase == "Bound")
        {
            return null;
        }
        var name = wanted.StorageClassName ?? claim.Spec?.StorageClassName;
        if (string.IsNullOrEmpty(name))
        {
            return wanted.StorageClassName is null
                ? Finding.Fault("NoDefaultStorageClass",
                    "The cluster has no default StorageClass. Write spec.storage.persistentVolumeClaim.storageClassName.")
                : null;
        }
        return Finding.Fault("StorageClassNotFound", $"There is no StorageClass {name}.");
    }

    /// <summary>Some classes make a volume only when a pod asks for it, which a suspended one does not.</summary>
    static Finding? IsBound(Facts facts, ClaimWanted wanted) =>
        facts.Around.Claim is not { Status.Phase: "Bound" } && facts.Resource.Spec is { Suspend: false }
            ? Finding.OnTheWay("ClaimPending",
                $"The PersistentVolumeClaim {ClaimManifest.NameOf(facts.Resource, facts.Around)} has no volume yet."
                + (facts.Observed.ClaimEvent is { } said ? $" {said}" : ""))
            : null;

    static Finding? MayGrow(Facts facts, ClaimWanted wanted) =>
        wanted.ExistingClaim is null && ClaimManifest.CannotGrow(wanted, facts.Around)
            ? Finding.Fault("StorageNotExpandable",
                $"The claim {facts.Around.Claim!.Metadata.Name} has {ClaimManifest.RequestedBy(facts.Around.Claim)}, and its "
                + $"StorageClass {facts.Around.StorageClass!.Metadata.Name} does not allow {wanted.Size} (allowVolumeExpansion). "
                + "Have the administrator set that, or make the resource anew with the size that it has: with the "
                + "deletionPolicy Retain its data stay.")
            : null;

    /// <summary>Only the server has the bucket's key.</summary>
    static Finding? Bucket(Facts facts) =>
        facts.Resource.Stored is { Storage.Bucket: { } bucket } && facts.Servers.Message is { } message
            ? Finding.OnTheWay("BucketNotReady", $"The bucket {bucket.Name} is not in use: {message}")
            : null;

    /// <summary>Whether a larger volume is on its way; the repository serves meanwhile.</summary>
    public static bool IsGrowing(Facts facts) =>
        facts.Around.Claim is { Status: { Phase: "Bound", Capacity: { } capacity } } claim
        && capacity.TryGetValue("storage", out var text) && Resources.Values.Quantity.TryParse(text, out var size)
        && size < ClaimManifest.RequestedBy(claim);
}
