using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Rules;

/// <summary>
/// One rule, in the two languages it is checked in: CEL by the API server (where <c>self</c> is the value), C# by
/// server, operator and laptop. Both answer true for what is allowed.
/// </summary>
public sealed record Rule<T> : IRule
{
    public string FieldPath { get; init; } = "";

    public ImmutableArray<string> DependsOn { get; init; } = [];

    public required string Cel { get; init; }

    /// <summary>
    /// The same for a text as a pattern to match as a whole. In lists it stands in for the CEL, whose estimated cost an
    /// API server multiplies by the greatest number of items.
    /// </summary>
    public string? Pattern { get; init; }

    public required Func<T, bool> Predicate { get; init; }

    /// <summary>What is wrong and what is allowed: <c>is not an http or https URL</c>.</summary>
    public required string Message { get; init; }

    /// <summary>
    /// The value that the sentence is about, set before it in quotes; null where the sentence says all.
    /// </summary>
    public Func<T, string>? Value { get; init; }

    /// <summary>The same in CEL; null where the API server's message goes without it.</summary>
    public string? CelValue { get; init; }

    /// <summary>
    /// What stands in the API server's message instead of the value, where CEL would be too costly: <c>one of them</c>.
    /// </summary>
    public string? CelSubject { get; init; }

    /// <summary>The error message, or null where the value is allowed.</summary>
    public string? Reject(T value)
    {
        if (Predicate(value))
            return null;
        return Value is null ? Message : $"{Quote.Text(Value(value))} {Message}";
    }
}
