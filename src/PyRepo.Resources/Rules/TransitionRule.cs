using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Rules;

/// <summary>
/// A rule for updates in two languages: CEL for the API server (<c>oldSelf</c> is the previous value), and C#. Both
/// return true for an allowed change.
/// </summary>
public sealed record TransitionRule<T>
{
    /// <summary>The path of the field that errors name, relative to the value that has the rule.</summary>
    public required string FieldPath { get; init; }

    public required string Cel { get; init; }

    /// <summary>Whether the first value may change to the second.</summary>
    public required Func<T, T, bool> Predicate { get; init; }

    /// <summary>The problem and the allowed values: <c>is a different bucket than before</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The new value that precedes the message, in quotes. Null if the message needs none.</summary>
    public Func<T, string>? Value { get; init; }

    /// <summary>The same in CEL.</summary>
    public string? CelValue { get; init; }

    /// <summary>Returns the error message, or null if the change is allowed.</summary>
    public string? Reject(T before, T after)
    {
        if (Predicate(before, after))
            return null;
        return Value is null ? Message : $"{Quote.Text(Value(after))} {Message}";
    }
}
