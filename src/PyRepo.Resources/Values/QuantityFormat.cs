namespace PyRepo.Resources.Values;

/// <summary>How a quantity was written, and is written again.</summary>
enum QuantityFormat : byte
{
    Decimal,
    Binary,
    Exponent,
}
