using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Rules;

/// <summary>
/// One rule about what an update may change, in the two languages it is checked in: CEL by the API server (where
/// <c>oldSelf</c> is the value before), C# where no API server stands between. Both answer true for what is allowed.
/// </summary>
public sealed record TransitionRule<T>
{
    /// <summary>The field to name in the error, relative to the value that carries the rule.</summary>
    public required string FieldPath { get; init; }

    public required string Cel { get; init; }

    /// <summary>Whether the first value may become the second.</summary>
    public required Func<T, T, bool> Predicate { get; init; }

    /// <summary>What is wrong and what is allowed: <c>is another bucket than before</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The new value that the sentence is about; null where the sentence says all.</summary>
    public Func<T, string>? Value { get; init; }

    /// <summary>The same in CEL.</summary>
    public string? CelValue { get; init; }

    /// <summary>The error message, or null where the change is allowed.</summary>
    public string? Reject(T before, T after)
    {
        if (Predicate(before, after))
            return null;
        return Value is null ? Message : $"{Quote.Text(Value(after))} {Message}";
    }
}
