using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>
/// Where the data is stored. At most one of the three is set; if none is, a claim of the default size is used.
/// </summary>
public sealed record StorageSpec
{
    public static readonly ObjectType<StorageSpec> Type = new(fields => new(fields))
    {
        Rules = [StorageRules.OneStorage, BackupRules.SnapshotFillsNewVolume],
    };

    public PersistentVolumeClaimSpec? PersistentVolumeClaim { get; init; }
    public BucketSpec? Bucket { get; init; }
    public EphemeralSpec? Ephemeral { get; init; }

    /// <summary>Null: the store begins empty.</summary>
    public RestoreSpec? RestoreFrom { get; init; }

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
        RestoreFrom = fields.Optional("restoreFrom", RestoreSpec.Type,
            "The backup to restore, once, before the repository is served. The store must be empty, or the volume new. "
            + "Set it when you create the resource; you may remove it later.");
        DeletionPolicy = fields.Default("deletionPolicy", new EnumType<DeletionPolicy>(), DeletionPolicy,
            "What happens to the data when the resource is deleted: Retain keeps it, Delete removes it.");
    }

    /// <summary>The effective claim: the one in the spec, the default one, or null if the data is not on a
    /// volume.</summary>
    public PersistentVolumeClaimSpec? EffectivePersistentVolumeClaim =>
        PersistentVolumeClaim ?? (Bucket is null && Ephemeral is null ? new() : null);
}

/// <summary>A folder that exists as long as its pod.</summary>
public sealed record EphemeralSpec
{
    public static readonly ObjectType<EphemeralSpec> Type = new(_ => new()) { IsMarker = true };
}

/// <summary>The fate of the data when the resource is deleted.</summary>
public enum DeletionPolicy
{
    Retain,
    Delete,
}

/// <summary>The volume with the data.</summary>
public sealed record PersistentVolumeClaimSpec
{
    public static readonly ObjectType<PersistentVolumeClaimSpec> Type = new(fields => new(fields))
    {
        Rules = [AutoGrowRules.MaxHoldsSize, AutoGrowRules.OwnClaimOnly],
    };

    public Quantity Size { get; init; } = Quantity.Parse("10Gi");

    /// <summary>Null selects the cluster's default class, and an empty string a volume without a class.</summary>
    public string? StorageClassName { get; init; }

    public ValueList<AccessMode> AccessModes { get; init; } = [AccessMode.ReadWriteOnce];
    public string? ExistingClaim { get; init; }

    /// <summary>Null: it grows only with <see cref="Size"/>.</summary>
    public AutoGrowSpec? AutoGrow { get; init; }

    public PersistentVolumeClaimSpec()
    {
    }

    PersistentVolumeClaimSpec(FieldReader fields)
    {
        Size = fields.Default("size", AmountTypes.VolumeSize, Size,
            "The size of the volume. It can grow if the storage class allows it, but cannot shrink.");
        StorageClassName = fields.Optional("storageClassName",
            new StringType(253) { MayBeEmpty = true, Rules = [StorageRules.ClassName] },
            "The storage class. If omitted, the cluster's default class. An empty string selects a volume without a "
            + "class.");
        AccessModes = fields.Default("accessModes",
            new ListType<AccessMode>(new EnumType<AccessMode>(), maxItems: 3)
            {
                MinItems = 1,
                Rules = [StorageRules.ReadWriteOncePodAlone],
            }, AccessModes, "The access modes of the volume.");
        ExistingClaim = fields.Optional("existingClaim", NameTypes.OptionalObject,
            "The name of an existing claim to use unchanged. The operator never deletes it.");
        AutoGrow = fields.Optional("autoGrow", AutoGrowSpec.Type,
            "Lets the volume grow when it fills up, if the storage class allows it. size is not changed. If omitted, "
            + "it grows only when size is raised.");
    }
}

/// <summary>The <see href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes">access
/// mode</see> of a volume.</summary>
public enum AccessMode
{
    ReadWriteOnce,
    ReadWriteOncePod,
    ReadWriteMany,
}
