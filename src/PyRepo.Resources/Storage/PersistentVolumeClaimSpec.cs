using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>The volume with the data.</summary>
public sealed record PersistentVolumeClaimSpec
{
    public static readonly ObjectType<PersistentVolumeClaimSpec> Type = new(fields => new(fields));

    public Quantity Size { get; init; } = Quantity.Parse("10Gi");

    /// <summary>Null selects the cluster's default class, and an empty string a volume without a class.</summary>
    public string? StorageClassName { get; init; }

    public ValueList<AccessMode> AccessModes { get; init; } = [AccessMode.ReadWriteOnce];
    public string? ExistingClaim { get; init; }

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
    }
}
