using PyRepo.Resources.Values;

namespace PyRepo.Resources.Rules;

/// <summary>The lower bounds of amounts.</summary>
public static class AmountRules
{
    /// <summary>True for a negative quantity or an invalid one, which another rule reports.</summary>
    const string IsNotQuantityCel = "string(self).startsWith('-') || !isQuantity(string(self))";

    static readonly Quantity _smallestVolume = Quantity.Parse("1Mi");

    public static readonly Rule<Duration> PositiveDuration = new()
    {
        // Other strings are not durations, which another rule reports.
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

    /// <summary>1m and 1n are thousandths and billionths of a byte, and probably typing errors for 1Mi.</summary>
    public static readonly Rule<Quantity> VolumeSize = new()
    {
        Cel = $"{IsNotQuantityCel} || quantity(string(self)).compareTo(quantity('1Mi')) >= 0",
        Predicate = quantity => quantity >= _smallestVolume,
        Message = "is less than 1Mi: write a size such as 10Gi",
    };

    /// <summary>The form of a quantity in CEL, as <see cref="Quantity.Pattern"/> has it. Kubernetes also takes M for
    /// 0M: the first digit is tested in the alphabet's order, because a pattern would exceed the budget of Kubernetes
    /// 1.30 in <c>resources</c>.</summary>
    public const string FormCel = "type(self) == int ? self >= 0 : isQuantity(self)"
        + " && (self >= '0' && self < ':' || self >= '.0' && self < '.:'"
        + " || self >= '+0' && self < '+:' || self >= '+.0' && self < '+.:')";

    /// <summary>A valid quantity in CEL, for comparisons. With string(), which accepts integers too, it would cost
    /// twice as much.</summary>
    internal static string Cel(string value) =>
        $"(type({value}) == int ? quantity('0').add(int({value})) : quantity({value}))";
}
