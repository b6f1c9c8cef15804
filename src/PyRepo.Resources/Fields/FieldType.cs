using System.Collections.Immutable;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The type of a field: reads a value from a node, and describes its schema.</summary>
public abstract class FieldType<T>
{
    /// <summary>The rules for every value, in addition to the plain schema.</summary>
    public ImmutableArray<Rule<T>> Rules { get; init; } = [];

    /// <summary>The rules for updates of a value.</summary>
    public ImmutableArray<TransitionRule<T>> Transitions { get; init; } = [];

    /// <summary>The schema of this type with its rules.</summary>
    public Schema Schema => Describe() with
    {
        Rules = [.. Rules.Select(Describe)],
        Transitions =
        [
            .. Transitions.Select(rule =>
                new RuleSchema(rule.FieldPath, rule.Cel, rule.Message) { CelValue = rule.CelValue }),
        ],
    };

    /// <summary>
    /// The value used for a required field that is missing or invalid, so that reading can continue.
    /// </summary>
    public abstract T Placeholder { get; }

    /// <summary>
    /// Formats a default value, or returns null if it needs no mention (an empty object, list or map).
    /// </summary>
    public virtual string? Format(T value) => null;

    /// <summary>Whether a value means the same as omitting the field.</summary>
    internal virtual bool MeansOmitted(T value) => false;

    /// <summary>
    /// Whether null is rejected. Otherwise null counts as omitted, because an API server drops it.
    /// </summary>
    internal virtual bool RejectsNull => false;

    /// <summary>The changes that the transition rules of this type reject. The types of its fields are not
    /// consulted.</summary>
    public ImmutableArray<RejectedChange> RejectedChanges(T before, T after) =>
    [
        .. from rule in Transitions
           let message = rule.Reject(before, after)
           where message is not null
           select new RejectedChange(rule.FieldPath, message),
    ];

    protected abstract Schema Describe();

    protected virtual RuleSchema Describe(Rule<T> rule) =>
        new(rule.FieldPath, rule.Cel, rule.Message)
        {
            Pattern = rule.Pattern,
            CelValue = rule.CelValue,
            CelSubject = rule.CelSubject,
        };

    /// <summary>Reads a value, and reports problems at its location.</summary>
    protected abstract bool TryParse(Node node, FieldLocation location, out T value);

    internal bool TryRead(Node node, FieldLocation location, out T value)
    {
        if (!TryParse(node, location, out value))
            return false;
        if (MeansOmitted(value))
            return true;
        foreach (var rule in Rules)
            if (!location.HasProblemIn(rule) && rule.Reject(value) is { } message)
                location.At(rule.FieldPath, node).Report(message);
        return true;
    }
}
