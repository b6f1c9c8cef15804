using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Storage;

/// <summary>
/// Where the data lie. At most one of the three places; none written means a claim of the default size.
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
            "A volume that Kubernetes provides. This is the default, with a size of 10Gi.");
        Bucket = fields.Optional("bucket", BucketSpec.Type,
            "A bucket of an object store. Several server pods may share it.");
        Ephemeral = fields.Optional("ephemeral", EphemeralSpec.Type,
            "A folder that goes with the pod: everything is lost when it restarts. For trying out, and for caches.");
        DeletionPolicy = fields.Default("deletionPolicy", new EnumType<DeletionPolicy>(), DeletionPolicy,
            "What becomes of the data when the resource is deleted: Retain keeps them, Delete removes them.");
    }

    /// <summary>The claim in force: the one written, the default one, or null where the data lie elsewhere.</summary>
    public PersistentVolumeClaimSpec? EffectivePersistentVolumeClaim =>
        PersistentVolumeClaim ?? (Bucket is null && Ephemeral is null ? new() : null);
}
