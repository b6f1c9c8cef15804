using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

/// <summary>A string. The pattern has no anchors, works in RE2 and .NET alike, and must match the whole
/// value.</summary>
public sealed record StringSchema(int MinLength, int MaxLength) : Schema
{
    public string? Pattern { get; init; }

    /// <summary>The message for a string that does not match the pattern. Null in lists, where CEL would be too
    /// expensive.</summary>
    public string? PatternMessage { get; init; }

    public string? Format { get; init; }
    public ImmutableArray<string> Enum { get; init; } = [];

    internal override Schema InList(long items) =>
        CelCost.IsWithinBudget(PatternOf(this), MaxLength, items) ? this : this with
        {
            Pattern = PatternOf(this),
            PatternMessage = null,
            Rules = [.. Rules.Where(rule => rule.Pattern is null)],
        };

    static string? PatternOf(StringSchema text) =>
        text.Pattern ?? text.Rules.FirstOrDefault(rule => rule.Pattern is not null)?.Pattern;
}
