using System.Collections.Immutable;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>What a field may hold: how it is read from a node, and how a schema says so.</summary>
public abstract class FieldType<T>
{
    /// <summary>What every value must keep to, beyond its plain schema.</summary>
    public ImmutableArray<Rule<T>> Rules { get; init; } = [];

    /// <summary>What an update may not change.</summary>
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
    /// The value that stands in for a required field that is missing or wrong, so that reading goes on.
    /// </summary>
    public abstract T Placeholder { get; }

    /// <summary>
    /// How a default is written, or null where it goes without saying (an empty object, list or map).
    /// </summary>
    public virtual string? Format(T value) => null;

    /// <summary>A value that means the same as leaving the field out.</summary>
    internal virtual bool MeansOmitted(T value) => false;

    /// <summary>
    /// Whether a null is refused; elsewhere it counts as not written, because an API server drops it.
    /// </summary>
    internal virtual bool RejectsNull => false;

    /// <summary>What the transition rules of this type refuse of a change; its fields' types are not asked.</summary>
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

    /// <summary>Reads a value; what is wrong is reported at the place.</summary>
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
