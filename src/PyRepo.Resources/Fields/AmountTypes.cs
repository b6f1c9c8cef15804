using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The types of fields with amounts.</summary>
static class AmountTypes
{
    public static readonly QuantityType Quantity = new();

    public static readonly QuantityType PositiveQuantity = new() { Rules = [AmountRules.PositiveQuantity] };

    public static readonly QuantityType VolumeSize = new() { Rules = [AmountRules.VolumeSize] };

    public static readonly DurationType Duration = new();

    public static readonly DurationType PositiveDuration = new() { Rules = [AmountRules.PositiveDuration] };

    /// <summary>At least one.</summary>
    public static readonly IntegerType<int> Count = new(1, 1_000_000);

    public static readonly BooleanType Boolean = new();
}
