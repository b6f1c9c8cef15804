using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Hosted;

/// <summary>The rules for uploads.</summary>
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
            "Whether an upload may replace a file of the same name with different content: Never or Always. Uploading "
            + "the same content again always succeeds.");
        MaxFileSize = fields.Default("maxFileSize", AmountTypes.PositiveQuantity, MaxFileSize,
            "The maximum size of an uploaded file.");
    }
}
