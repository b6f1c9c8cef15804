using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

/// <summary>
/// What a field may hold, in the terms of a CRD's OpenAPI schema. A CRD, the field reference and <c>kubectl
/// explain</c> are generated from it; <see cref="FieldType{T}"/> reads by the same facts.
/// </summary>
public abstract record Schema
{
    /// <summary>The rules of this value, as a CRD states them.</summary>
    public ImmutableArray<RuleText> Rules { get; init; } = [];

    /// <summary>The rules about what an update may change.</summary>
    public ImmutableArray<RuleText> Transitions { get; init; } = [];

    /// <summary>
    /// This schema as it stands in a list of so many items: the forms of texts are patterns there, where an API server
    /// would find their CEL too costly.
    /// </summary>
    internal virtual Schema InList(long items) => this;
}

/// <summary>A rule's CEL and sentence; the field path is relative to the value that carries the rule.</summary>
public sealed record RuleText(string FieldPath, string Cel, string Sentence)
{
    /// <summary>The form of a text, where the rule is one.</summary>
    public string? Pattern { get; init; }

    /// <summary>The value that the sentence is about, in CEL; null where the sentence says all.</summary>
    public string? CelValue { get; init; }

    /// <summary>What the API server says instead of the value.</summary>
    public string? CelSubject { get; init; }
}

/// <summary>A string; the pattern is unanchored text for RE2 and .NET alike, and matches the whole value.</summary>
public sealed record TextSchema(int MinLength, int MaxLength) : Schema
{
    public string? Pattern { get; init; }

    /// <summary>What is said of a text that does not match the pattern; null in lists, where CEL would cost too much.</summary>
    public string? PatternSentence { get; init; }

    public string? Format { get; init; }
    public ImmutableArray<string> Enum { get; init; } = [];

    internal override Schema InList(long items) =>
        CelCost.IsWithinBudget(FormOf(this), MaxLength, items) ? this : this with
        {
            Pattern = FormOf(this),
            PatternSentence = null,
            Rules = [.. Rules.Where(rule => rule.Pattern is null)],
        };

    static string? FormOf(TextSchema text) =>
        text.Pattern ?? text.Rules.FirstOrDefault(rule => rule.Pattern is not null)?.Pattern;
}

/// <summary>A whole number within bounds, both included.</summary>
public sealed record NumberSchema(long Minimum, long Maximum) : Schema;

/// <summary>True or false.</summary>
public sealed record FlagSchema : Schema;

/// <summary>A Kubernetes quantity (<c>x-kubernetes-int-or-string</c>), with the form of its text.</summary>
public sealed record QuantitySchema(string Pattern, int MaxLength) : Schema
{
    /// <inheritdoc cref="TextSchema.PatternSentence"/>
    public string? PatternSentence { get; init; }

    internal override Schema InList(long items) =>
        CelCost.IsWithinBudget(Pattern, MaxLength, items) ? this : this with { PatternSentence = null };
}

/// <summary>A list that is replaced as a whole (<c>x-kubernetes-list-type: atomic</c>), unless it has a key.</summary>
public sealed record ListSchema(Schema Items, int MinItems, int MaxItems) : Schema
{
    /// <summary>The field that tells the items apart (<c>x-kubernetes-list-type: map</c>).</summary>
    public string? Key { get; init; }

    internal override Schema InList(long items) => this with { Items = Items.InList(items * MaxItems) };
}

/// <summary>A map with free keys.</summary>
public sealed record MapSchema(Schema Values, int MinEntries, int MaxEntries, int MaxKeyLength) : Schema
{
    internal override Schema InList(long items) => this with { Values = Values.InList(items * MaxEntries) };
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
/// A field of an object: its name, what it holds, its default where it has a constant one, and its sentence.
/// </summary>
public sealed record FieldSchema(string Name, Schema Schema, bool Required, string? Default, string Doc);
