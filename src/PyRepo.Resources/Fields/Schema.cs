using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

/// <summary>
/// The allowed content of a field, in terms of a CRD's OpenAPI schema. The CRDs (and with them <c>kubectl explain</c>)
/// and the field reference are generated from it. A <see cref="FieldType{T}"/> reads by the same rules.
/// </summary>
public abstract record Schema
{
    /// <summary>The validation rules of this value.</summary>
    public ImmutableArray<RuleSchema> Rules { get; init; } = [];

    /// <summary>The validation rules for updates of this value.</summary>
    public ImmutableArray<RuleSchema> Transitions { get; init; } = [];

    /// <summary>
    /// This schema as used for each of <paramref name="items"/> items of a list. If CEL would be too expensive for the
    /// API server, plain patterns replace the rules.
    /// </summary>
    internal virtual Schema InList(long items) => this;
}

/// <summary>True or false.</summary>
public sealed record BooleanSchema : Schema;

/// <summary>An integer within inclusive bounds.</summary>
public sealed record IntegerSchema(long Minimum, long Maximum) : Schema;

/// <summary>A map with arbitrary keys.</summary>
public sealed record MapSchema(Schema Values, int MinEntries, int MaxEntries, int MaxKeyLength) : Schema
{
    internal override Schema InList(long items) => this with { Values = Values.InList(items * MaxEntries) };
}

/// <summary>A list. It is replaced as a whole (<c>x-kubernetes-list-type: atomic</c>) unless it has a key.</summary>
public sealed record ListSchema(Schema Items, int MinItems, int MaxItems) : Schema
{
    /// <summary>The field that identifies an item (<c>x-kubernetes-list-type: map</c>).</summary>
    public string? Key { get; init; }

    internal override Schema InList(long items) => this with { Items = Items.InList(items * MaxItems) };
}

/// <summary>A Kubernetes quantity (<c>x-kubernetes-int-or-string</c>), with the pattern of its string form.</summary>
public sealed record QuantitySchema(string Pattern, int MaxLength) : Schema
{
    /// <inheritdoc cref="StringSchema.PatternMessage"/>
    public string? PatternMessage { get; init; }

    internal override Schema InList(long items) =>
        CelCost.AreQuantitiesWithinBudget(items) ? this : this with { PatternMessage = null };
}

/// <summary>An object with named fields.</summary>
public sealed record ObjectSchema(ImmutableArray<FieldSchema> Fields) : Schema
{
    internal override Schema InList(long items) => this with
    {
        Fields = [.. Fields.Select(field => field with { Schema = field.Schema.InList(items) })],
    };
}

/// <summary>
/// A field of an object: its name, schema, default (null if it has none) and description.
/// </summary>
public sealed record FieldSchema(string Name, Schema Schema, bool Required, string? Default, string Doc);

/// <summary>A validation rule (<c>x-kubernetes-validations</c>): its CEL expression and message. The field path is
/// relative to the value that has the rule.</summary>
public sealed record RuleSchema(string FieldPath, string Cel, string Message)
{
    /// <summary>The pattern, if the rule matches a string against one.</summary>
    public string? Pattern { get; init; }

    /// <summary>A CEL expression for the value that the message starts with, or null if the message needs
    /// none.</summary>
    public string? CelValue { get; init; }

    /// <summary>The text that replaces the value in the API server's message.</summary>
    public string? CelSubject { get; init; }
}

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
        CelCost.IsWithinBudget(GetPattern(this), MaxLength, items) ? this : this with
        {
            Pattern = GetPattern(this),
            PatternMessage = null,
            Rules = [.. Rules.Where(rule => rule.Pattern is null)],
        };

    static string? GetPattern(StringSchema text) =>
        text.Pattern ?? text.Rules.FirstOrDefault(rule => rule.Pattern is not null)?.Pattern;
}

/// <summary>Estimates the cost of a CEL rule as an API server does before it accepts a CRD
/// (<see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions">Resource
/// use by validation functions</see>).</summary>
static class CelCost
{
    /// <summary>The limit for one rule (<c>PerExpressionLimit</c>). All rules of a CRD together may cost ten times as
    /// much.</summary>
    const double MaxCost = 10_000_000;

    const double Budget = MaxCost / 2;

    /// <summary>Kubernetes 1.30 ignores the maximum length of a value that is an integer or a string, and takes it for
    /// as long as a request.</summary>
    const double MaxRequestBytes = 3 * 1024 * 1024;

    const double StringTraversalCostFactor = 0.1;
    const double RegexStringLengthCostFactor = 0.25;

    /// <summary>The longest UTF-8 encoding of a character, in bytes.</summary>
    const int MaxBytesPerCharacter = 4;

    /// <summary>Whether CEL may match a pattern against each of <paramref name="items"/> strings.</summary>
    public static bool IsWithinBudget(string? pattern, int maxLength, long items) =>
        pattern is null
        || (1 + (StringTraversalCostFactor * MaxBytesPerCharacter * maxLength))
            * RegexStringLengthCostFactor * pattern.Length * items <= Budget;

    /// <summary>Whether CEL may read each of <paramref name="items"/> quantities twice, as the rule for their form
    /// does.</summary>
    public static bool AreQuantitiesWithinBudget(long items) =>
        2 * StringTraversalCostFactor * MaxRequestBytes * items <= MaxCost;
}
