using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>The volume that holds the data.</summary>
public sealed record PersistentVolumeClaimSpec
{
    public static readonly ObjectType<PersistentVolumeClaimSpec> Type = new(fields => new(fields));

    public Quantity Size { get; init; } = Quantity.Parse("10Gi");

    /// <summary>Null asks for the cluster's default class; the empty string for a volume without a class.</summary>
    public string? StorageClassName { get; init; }

    public ValueList<AccessMode> AccessModes { get; init; } = [AccessMode.ReadWriteOnce];
    public string? ExistingClaim { get; init; }

    public PersistentVolumeClaimSpec()
    {
    }

    PersistentVolumeClaimSpec(FieldReader fields)
    {
        Size = fields.Default("size", AmountTypes.VolumeSize, Size,
            "The size of the volume. It may grow where the storage class allows it, and never shrinks.");
        StorageClassName = fields.Optional("storageClassName",
            new StringType(253) { MayBeEmpty = true, Rules = [StorageRules.ClassName] },
            "The storage class; left out, the cluster's default class, and empty, a volume that has none.");
        AccessModes = fields.Default("accessModes",
            new ListType<AccessMode>(new EnumType<AccessMode>(), maxItems: 3)
            {
                MinItems = 1,
                Rules = [StorageRules.ReadWriteOncePodAlone],
            }, AccessModes, "How the volume may be mounted.");
        ExistingClaim = fields.Optional("existingClaim", NameTypes.OptionalObject,
            "The name of a claim that is there already and is used as it is. It is never deleted.");
    }
}
