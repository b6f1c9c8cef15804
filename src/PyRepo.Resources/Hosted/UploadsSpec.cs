using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Hosted;

/// <summary>What uploads may do.</summary>
public sealed record UploadsSpec
{
    public static readonly ObjectType<UploadsSpec> Type = new(fields => new(fields));

    public Overwrite Overwrite { get; init; } = Overwrite.Never;
    public Quantity MaxFileSize { get; init; } = Quantity.Parse("2Gi");

    public UploadsSpec()
    {
    }

    UploadsSpec(FieldReader fields)
    {
        Overwrite = fields.Default("overwrite", new EnumType<Overwrite>(), Overwrite,
            "Whether other bytes may replace a file of the same name: Never or Always. "
            + "The same bytes may always come again.");
        MaxFileSize = fields.Default("maxFileSize", AmountTypes.PositiveQuantity, MaxFileSize,
            "The largest file that may be uploaded.");
    }
}
