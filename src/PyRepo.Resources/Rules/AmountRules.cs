using PyRepo.Resources.Values;

namespace PyRepo.Resources.Rules;

/// <summary>Amounts that must be more than nothing.</summary>
public static class AmountRules
{
    /// <summary>What is no quantity, or a negative one, is said by itself.</summary>
    const string IsNotQuantityCel = "string(self).startsWith('-') || !isQuantity(string(self))";

    static readonly Quantity _smallestVolume = Quantity.Parse("1Mi");

    public static readonly Rule<Duration> PositiveDuration = new()
    {
        // No other text is a duration, which is said by itself.
        Cel = "self.matches('[1-9]') || !self.matches('^[0-9a-z]+$')",
        Predicate = duration => duration.Value > TimeSpan.Zero,
        Message = "is zero: write a duration such as 30s, 1h30m or 7d",
    };

    public static readonly Rule<Quantity> PositiveQuantity = new()
    {
        Cel = $"{IsNotQuantityCel} || quantity(string(self)).isGreaterThan(quantity('0'))",
        Predicate = quantity => quantity > default(Quantity),
        Message = "is zero: write a quantity such as 10Gi, 500M or 1.5Gi",
    };

    /// <summary>1m and 1n are thousandths and billionths of a byte: a slip for 1Mi, or for nothing.</summary>
    public static readonly Rule<Quantity> VolumeSize = new()
    {
        Cel = $"{IsNotQuantityCel} || quantity(string(self)).compareTo(quantity('1Mi')) >= 0",
        Predicate = quantity => quantity >= _smallestVolume,
        Message = "is less than 1Mi: write a size such as 10Gi",
    };
}
