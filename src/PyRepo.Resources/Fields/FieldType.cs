using System.Collections.Immutable;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

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
                location.At(rule.FieldPath, node).Report(message, rule);
        return true;
    }
}

/// <summary>A type whose values are structs: an optional field is a <see cref="Nullable{T}"/>.</summary>
public abstract class StructFieldType<T> : FieldType<T> where T : struct
{
    public override T Placeholder => default;
}

/// <summary>An ordered list of bounded length.</summary>
public sealed class ListType<T>(FieldType<T> items, int maxItems) : FieldType<ValueList<T>>
{
    public int MinItems { get; init; }

    public override ValueList<T> Placeholder => [];

    public override string? Format(ValueList<T> value) =>
        value.Count == 0 ? null : $"[{string.Join(", ", value.Select(items.Format))}]";

    protected override Schema Describe() => new ListSchema(items.Schema.InList(maxItems), MinItems, maxItems);

    protected override bool TryParse(Node node, FieldLocation location, out ValueList<T> value)
    {
        value = [];
        if (node is not SequenceNode list)
        {
            location.Report($"is {node.Kind}, not a list");
            return false;
        }
        if (list.Items.Length < MinItems || list.Items.Length > maxItems)
        {
            location.Report(list.Items.IsEmpty
                ? "is an empty list: at least one item is required"
                : $"has {list.Items.Length} items; {MinItems} to {maxItems} are allowed");
            return false;
        }
        var read = new List<T>(list.Items.Length);
        for (var index = 0; index < list.Items.Length; index++)
            if (items.TryRead(list.Items[index], location.Item(index, list.Items[index].Position), out var item))
                read.Add(item);
        value = [.. read];
        return true;
    }
}

/// <summary>A string of bounded length.</summary>
public sealed class StringType(int maxLength) : FieldType<string>
{
    /// <summary>Whether the string may be empty. See also <see cref="EmptyMeansOmitted"/>.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether an empty string counts as omitted, as in <c>image: ""</c>.</summary>
    public bool EmptyMeansOmitted { get; init; }

    /// <summary>Whether error messages hide the value.</summary>
    public bool IsConfidential { get; init; }

    /// <summary>The allowed values. Empty allows any.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    public override string Placeholder => "";

    public override string? Format(string value) => value;

    internal override bool MeansOmitted(string value) => EmptyMeansOmitted && value.Length == 0;

    int MinLength => MayBeEmpty || EmptyMeansOmitted ? 0 : 1;

    protected override Schema Describe() => new StringSchema(MinLength, maxLength) { Enum = Allowed };

    protected override RuleSchema Describe(Rule<string> rule) =>
        base.Describe(!EmptyMeansOmitted ? rule : rule with
        {
            Cel = $"self == '' || {rule.Cel}",
            Pattern = rule.Pattern is null ? null : $"({rule.Pattern})?",
        });

    protected override bool TryParse(Node node, FieldLocation location, out string value)
    {
        value = "";
        if (!ScalarText.TryRead(node, location, IsConfidential, out var text))
            return false;
        var problem = Allowed.Length > 0 && !Allowed.Contains(text) ? ScalarText.NotOneOf(text, Allowed)
            : text.Length < MinLength ? "is empty"
            : ScalarText.GetLength(text) is var length && length > maxLength
                ? $"is {length} characters long; at most {maxLength} are allowed"
            : null;
        if (problem is not null)
            location.Report(problem);
        value = text;
        return problem is null;
    }
}

/// <summary>A map of bounded size, with arbitrary keys of bounded length.</summary>
public sealed class MapType<T>(FieldType<T> values, int maxEntries, int maxKeyLength) : FieldType<ValueDictionary<T>>
{
    public int MinEntries { get; init; }

    public override ValueDictionary<T> Placeholder => ValueDictionary<T>.Empty;

    protected override Schema Describe() =>
        new MapSchema(values.Schema.InList(maxEntries), MinEntries, maxEntries, maxKeyLength);

    protected override bool TryParse(Node node, FieldLocation location, out ValueDictionary<T> value)
    {
        value = ValueDictionary<T>.Empty;
        if (node is not MappingNode map)
        {
            location.Report($"is {node.Kind}, not a map");
            return false;
        }
        if (map.Entries.Length < MinEntries || map.Entries.Length > maxEntries)
        {
            location.Report(map.Entries.IsEmpty
                ? "is empty: at least one entry is required"
                : $"has {map.Entries.Length} entries; {MinEntries} to {maxEntries} are allowed");
            return false;
        }
        var read = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
            if (TryReadEntry(entry, location, out var item))
                read[entry.Key] = item;
        value = new(read.ToImmutable());
        return true;
    }

    bool TryReadEntry(MappingEntry entry, FieldLocation location, out T value)
    {
        var length = ScalarText.GetLength(entry.Key);
        if (length > 0 && length <= maxKeyLength)
            return values.TryRead(entry.Value, location.Field(entry.Key, entry.Value.Position), out value);
        location.Report($"has a key of {length} characters; 1 to {maxKeyLength} are allowed");
        value = values.Placeholder;
        return false;
    }
}
