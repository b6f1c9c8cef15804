using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Rules;

/// <summary>
/// A rule in two languages: CEL for the API server (<c>self</c> is the value), and C# for the server and the operator.
/// Both return true for an allowed value.
/// </summary>
public sealed record Rule<T> : IRule
{
    public string FieldPath { get; init; } = "";

    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <inheritdoc/>
    public bool IsRatcheted { get; init; }

    public required string Cel { get; init; }

    /// <summary>
    /// The same rule as a pattern that must match the whole string. It replaces the CEL in lists, because an API
    /// server multiplies the estimated cost of CEL by the maximum number of items.
    /// </summary>
    public string? Pattern { get; init; }

    public required Func<T, bool> Predicate { get; init; }

    /// <summary>The problem and the allowed values: <c>is not an http or https URL</c>.</summary>
    public required string Message { get; init; }

    /// <summary>
    /// The value that precedes the message, in quotes. Null if the message needs none.
    /// </summary>
    public Func<T, string>? Value { get; init; }

    /// <summary>The same in CEL. Null if the API server's message omits the value.</summary>
    public string? CelValue { get; init; }

    /// <summary>
    /// The text that replaces the value in the API server's message, if CEL for the value would be too expensive.
    /// </summary>
    public string? CelSubject { get; init; }

    /// <summary>Returns the error message, or null if the value is allowed.</summary>
    public string? Reject(T value)
    {
        if (Predicate(value))
            return null;
        return Value is null ? Message : $"{Quote.Text(Value(value))} {Message}";
    }
}
