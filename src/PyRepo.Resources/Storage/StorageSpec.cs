using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Storage;

/// <summary>
/// Where the data is stored. At most one of the three is set; if none is, a claim of the default size is used.
/// </summary>
public sealed record StorageSpec
{
    public static readonly ObjectType<StorageSpec> Type = new(fields => new(fields))
    {
        Rules = [StorageRules.OneStorage],
    };

    public PersistentVolumeClaimSpec? PersistentVolumeClaim { get; init; }
    public BucketSpec? Bucket { get; init; }
    public EphemeralSpec? Ephemeral { get; init; }
    public DeletionPolicy DeletionPolicy { get; init; } = DeletionPolicy.Retain;

    public StorageSpec()
    {
    }

    StorageSpec(FieldReader fields)
    {
        PersistentVolumeClaim = fields.Optional("persistentVolumeClaim", PersistentVolumeClaimSpec.Type,
            "A volume from Kubernetes. This is the default, with a size of 10Gi.");
        Bucket = fields.Optional("bucket", BucketSpec.Type,
            "A bucket of an object store. Several server pods can share it.");
        Ephemeral = fields.Optional("ephemeral", EphemeralSpec.Type,
            "A folder inside the pod. Everything in it is lost when the pod is replaced: use it for trials and "
            + "caches.");
        DeletionPolicy = fields.Default("deletionPolicy", new EnumType<DeletionPolicy>(), DeletionPolicy,
            "What happens to the data when the resource is deleted: Retain keeps it, Delete removes it.");
    }

    /// <summary>The effective claim: the one in the spec, the default one, or null if the data is not on a
    /// volume.</summary>
    public PersistentVolumeClaimSpec? EffectivePersistentVolumeClaim =>
        PersistentVolumeClaim ?? (Bucket is null && Ephemeral is null ? new() : null);
}
