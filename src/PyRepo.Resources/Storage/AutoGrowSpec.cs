using System.Globalization;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>When and by how much the operator lets a claim grow.</summary>
public sealed record AutoGrowSpec
{
    public static readonly ObjectType<AutoGrowSpec> Type = new(fields => new(fields));

    const long MiB = 1L << 20;
    const long GiB = 1L << 30;

    /// <summary>The percentage of the volume in use.</summary>
    public int At { get; init; } = 85;

    /// <summary>A percentage of the size, or a quantity.</summary>
    public string By { get; init; } = "20%";

    public Quantity Max { get; init; }

    public AutoGrowSpec()
    {
    }

    AutoGrowSpec(FieldReader fields)
    {
        At = fields.Default("at", new IntegerType<int>(50, 95), At,
            "The percentage in use at which it grows. A proxy's cache evicts files at cache.maxSize: a proxy's volume "
            + "grows only if this is lower, so below 80 if maxSize is omitted.");
        By = fields.Default("by", new StringType(Quantity.MaxLength) { Rules = [AutoGrowRules.Step] }, By,
            "How much it grows at a time: a percentage of its size, or a size. The result is rounded up to a whole "
            + "Gi.");
        Max = fields.Required("max", AmountTypes.VolumeSize, "The maximum size.");
    }

    /// <summary>Returns the size after one step, or null if it is at the maximum already.</summary>
    public Quantity? GetNext(Quantity size)
    {
        if (size >= Max)
            return null;
        // The largest quantities are as large as a long: their sum need not be.
        var next = (Int128)size.Bytes + GetStep(size.Bytes);
        var unit = next >= GiB ? GiB : MiB;
        next = (next + unit - 1) / unit * unit;
        return next >= Max.Bytes ? Max : Quantity.FromBytes((long)next);
    }

    Int128 GetStep(long size) => By.EndsWith('%')
        ? (Int128)size * int.Parse(By.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture) / 100
        : Quantity.Parse(By).Bytes;
}
