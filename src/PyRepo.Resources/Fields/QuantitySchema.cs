namespace PyRepo.Resources.Fields;

/// <summary>A Kubernetes quantity (<c>x-kubernetes-int-or-string</c>), with the pattern of its string form.</summary>
public sealed record QuantitySchema(string Pattern, int MaxLength) : Schema
{
    /// <inheritdoc cref="StringSchema.PatternMessage"/>
    public string? PatternMessage { get; init; }

    internal override Schema InList(long items) =>
        CelCost.AreQuantitiesWithinBudget(items) ? this : this with { PatternMessage = null };
}
